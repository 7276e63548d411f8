import { expect } from 'chai';
import type { CheckResult } from '../../../../lib/cli/doctor/check-result.js';
import { checkNetwork } from '../../../../lib/cli/doctor/checks/check-network.js';
import type { RequestProbe } from '../../../../lib/cli/doctor/probes/request-probe.js';
import { collectSettings } from '../../../../lib/cli/settings/given-settings.js';
import { TokenRequestError } from '../../../../lib/index.js';
import { startPlainServer } from '../../../support/plain-server.js';

const PROXY = {
  name: 'proxy p.example:80 (HTTPS_PROXY)',
  variable: 'HTTPS_PROXY',
  hasCredentials: false,
  isSocks: false,
};
const WELL: RequestProbe = {
  failure: undefined,
  answer: undefined,
  proxy: undefined,
  tls: undefined,
  answeredAt: 0,
  tookMs: 0,
};

const ANSWER = { status: 405, body: '', header: () => undefined };
const TLS = {
  protocol: 'TLSv1.3',
  isTrusted: true,
  certificate: { valid_to: new Date(Date.now() + 30 * 86_400_000).toUTCString(), issuer: {} as never },
};

async function look(address: string, probe: Partial<RequestProbe>, env: NodeJS.ProcessEnv = {}) {
  const settings = { address, options: {}, given: collectSettings({}, env) };
  const checks = checkNetwork(settings, { ...WELL, ...probe }, 500);
  const results: CheckResult[] = [];
  let step = await checks.next();
  for (; !step.done; step = await checks.next()) results.push(step.value);
  return { marks: results.map(({ check, status }) => `${check} ${status}`), results, isReached: step.value };
}

describe('the checks of the network', () => {
  it('say what is to be seen on the way', async () => {
    const { port, stop } = await startPlainServer();
    const { marks, results, isReached } = await look(`http://localhost:${port}/token`, {});
    stop();
    expect([marks, isReached]).to.deep.equal([['DNS ok', 'TCP ok', 'proxy ok', 'TLS skip'], true]);
    expect(results.map(({ seen }) => seen).join('\n')).to.match(
      /^localhost is .*127\.0\.0\.1.*\nport \d+ takes connections, \d+ ms\nnone on the way\n/,
    );
  });

  it('leave to a proxy what is its own', async () => {
    const probe = { proxy: PROXY, answer: ANSWER, tls: TLS };
    const { marks, results } = await look('https://as.example/token', probe);
    expect(marks).to.deep.equal(['DNS skip', 'TCP skip', 'proxy ok', 'TLS ok']);
    expect(results[2]?.seen).to.equal('by way of the proxy p.example:80 (HTTPS_PROXY)');
  });

  it('call nothing good that was not seen', async () => {
    expect((await look('https://nothing.invalid/token', {})).marks).to.deep.equal([
      'DNS skip',
      'TCP skip',
      'proxy ok',
      'TLS skip',
    ]);
    const failure = new TokenRequestError('No.', 'ETIMEDOUT');
    const { marks } = await look('http://as.example/token', { proxy: PROXY, failure });
    expect(marks).to.deep.equal(['DNS skip', 'TCP skip', 'proxy skip', 'TLS warn']);
  });

  it('doubt plain http to another machine', async () => {
    const { marks } = await look('http://192.0.2.1/token', { proxy: PROXY, answer: ANSWER });
    expect(marks).to.deep.equal(['DNS ok', 'TCP skip', 'proxy ok', 'TLS warn']);
  });

  const failures: readonly [reason: string, proxy: boolean, marks: readonly string[]][] = [
    ['ENOTFOUND', false, ['DNS fail']],
    ['ECONNREFUSED', false, ['DNS ok', 'TCP fail']],
    ['ETIMEDOUT', false, ['DNS ok', 'TCP fail']],
    ['ERR_PROXY', true, ['DNS ok', 'TCP skip', 'proxy fail']],
    ['CERT_HAS_EXPIRED', true, ['DNS ok', 'TCP skip', 'proxy ok', 'TLS fail']],
  ];
  for (const [reason, isProxied, expected] of failures) {
    it(`end with ${expected.at(-1)} for ${reason}`, async () => {
      const failure = new TokenRequestError('It failed. Do this.', reason);
      const { marks, results, isReached } = await look('https://127.0.0.1:1/token', {
        failure,
        ...(isProxied && { proxy: PROXY }),
      });
      expect([marks, isReached]).to.deep.equal([expected, false]);
      expect(results.at(-1)).to.include({ seen: 'It failed.' });
    });
  }

  it('leave it to the token request where a GET is not answered', async () => {
    const { port, stop } = await startPlainServer();
    const failure = new TokenRequestError('No.', 'ECONNRESET');
    expect((await look(`http://127.0.0.1:${port}/`, { failure })).isReached).to.equal(true);
    stop();
  });

  it('leave it to the token request where a server wants the certificate that the client has', async () => {
    const failure = new TokenRequestError('The server wants a client certificate.', 'EPROTO');
    const probe = { failure, proxy: PROXY };
    const { isReached } = await look('https://127.0.0.1:1/', probe, {
      M2M_AUTHENTICATION: 'tls_client_auth',
    });
    expect(isReached).to.equal(true);
    expect((await look('https://127.0.0.1:1/', probe)).isReached).to.equal(false);
  });
});
