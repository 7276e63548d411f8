import { expect } from 'chai';
import type { CheckResult } from '../../../lib/cli/doctor/check-result.js';
import { checksAfter, examine } from '../../../lib/cli/doctor/examination.js';
import { inputOf, KeptOutput } from '../../support/command.js';
import { jsonAnswer, RawServer } from '../../support/raw-server.js';
import { TokenServer } from '../../support/token-server.js';

describe('examine', () => {
  let server: TokenServer;
  before(async () => {
    server = await TokenServer.start();
  });
  after(() => server.stop());

  async function look(env: NodeJS.ProcessEnv): Promise<[results: CheckResult[], exitCode: number]> {
    const output = new KeptOutput();
    const io = { args: [], env, stdin: inputOf(''), stdout: output, stderr: output };
    const examination = examine(io, { values: {}, timeoutMs: 2_000 });
    const results: CheckResult[] = [];
    let step = await examination.next();
    for (; !step.done; step = await examination.next()) results.push(step.value);
    return [results, step.value];
  }
  const marks = (results: readonly CheckResult[]) => results.map(({ check, status }) => `${check} ${status}`);

  it('gives all checks in their order where all is well', async () => {
    const [results, exitCode] = await look(server.env);
    expect(marks(results)).to.deep.equal([
      'settings ok',
      'DNS ok',
      'TCP ok',
      'proxy ok',
      'TLS skip',
      'clock ok',
      'endpoint ok',
      'client ok',
      'grant ok',
      'scope ok',
      'lifetime ok',
      'renewal ok',
    ]);
    expect(exitCode).to.equal(0);
  });

  it('ends with the settings where those are wrong, and sends nothing', async () => {
    const before = server.requests.length;
    const [results, exitCode] = await look({ ...server.env, M2M_CLIENT_ID: '' });
    expect([marks(results), exitCode, server.requests.length]).to.deep.equal([['settings fail'], 2, before]);
  });

  it('ends with the network where that is wrong', async () => {
    const [results, exitCode] = await look({ ...server.env, M2M_TOKEN_ENDPOINT: 'http://127.0.0.1:1/token' });
    expect([marks(results), exitCode]).to.deep.equal([['settings ok', 'DNS ok', 'TCP fail'], 4]);
  });

  it('calls nothing good and bad, also where metadata lead to another address', async () => {
    const issuer: RawServer = await RawServer.start((socket) => {
      const name = `http://127.0.0.1:${issuer.port}`;
      const metadata = { issuer: name, token_endpoint: 'http://127.0.0.1:1/token' };
      socket.end(jsonAnswer(200, metadata, 'Connection: close\r\n'));
    });
    const env = { ...server.env, M2M_TOKEN_ENDPOINT: '', M2M_ISSUER: `http://127.0.0.1:${issuer.port}` };
    const [results, exitCode] = await look(env);
    await issuer.stop();
    expect([marks(results).filter((mark) => /TCP|fail/.test(mark)), exitCode]).to.deep.equal([
      ['TCP ok', 'endpoint fail'],
      4,
    ]);
    expect(results.at(-1)?.meaning).to.contain('does it go to another address?');
  });

  it('goes on after a wrong clock, which is a failure all the same', async () => {
    server.headers = { Date: new Date(0).toUTCString() };
    const [results, exitCode] = await look(server.env);
    server.headers = {};
    expect(marks(results)).to.include.members(['clock fail', 'renewal ok']);
    expect(exitCode).to.equal(3);
  });

  it('counts what an answer shows for seen', async () => {
    server.answer = () => ({ status: 400, body: { error: 'invalid_scope' } });
    const [results, exitCode] = await look({ ...server.env, M2M_SCOPE: 'x' });
    server.answer = () => ({ body: server.grant() });
    expect(marks(results).slice(6)).to.deep.equal(['endpoint ok', 'client ok', 'grant ok', 'scope fail']);
    expect(exitCode).to.equal(3);
  });

  it('advises to wait for what may pass, for as long as the server asks', async () => {
    server.answer = () => ({ status: 429, headers: { 'Retry-After': '90' } });
    const [results, exitCode] = await look(server.env);
    server.answer = () => ({ body: server.grant() });
    expect(results.at(-1)?.mend).to.contain('Wait for 1 min 30 s, as the server asks, and try again');
    expect(exitCode).to.equal(4);
  });

  it('knows what is left after a check', () => {
    expect(checksAfter('scope')).to.deep.equal(['lifetime', 'renewal']);
    expect(checksAfter('renewal')).to.deep.equal([]);
  });
});
