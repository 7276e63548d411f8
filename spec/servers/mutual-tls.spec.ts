import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { expect } from 'chai';
import { tlsClient } from '../../lib/client-auth.js';
import { TokenProvider } from '../../lib/index.js';
import { CertificateAuthority, type KeyAndCertificate } from '../support/certificates.js';
import { thumbprintOf } from '../support/mtls-server.js';
import { rejection } from '../support/rejection.js';
import { describeInstalled } from '../support/servers/installed.js';
import { Program } from '../support/servers/program.js';
import { type MtlsRules, startMtlsNginx } from '../support/servers/proxies/nginx-mtls.js';
import { revocationList } from '../support/servers/revocation-list.js';

const HOUR_MS = 3_600_000;

let authority: CertificateAuthority;
let tls: KeyAndCertificate;
let clients: Record<'good' | 'expired' | 'revoked' | 'foreign', KeyAndCertificate>;
let crl: string;

before(async () => {
  authority = await CertificateAuthority.create();
  const foreign = await CertificateAuthority.create('Another CA');
  tls = await authority.issue(['localhost']);
  clients = {
    good: await authority.issue(['client.example']),
    expired: await authority.issue(['client.example'], -HOUR_MS),
    revoked: await authority.issue(['client.example']),
    foreign: await foreign.issue(['client.example']),
  };
});

const open = (port: number, pair: KeyAndCertificate | undefined, options: https.AgentOptions = {}) =>
  new TokenProvider({
    tokenEndpoint: `https://localhost:${port}/token`,
    clientId: 'acme',
    ...(pair ? { authentication: tlsClient(pair) } : { clientSecret: 's3cret' }),
    http: axios.create({ httpsAgent: new https.Agent({ ca: authority.pem, ...options }), proxy: false }),
    retry: { retries: 0 },
  });

/** What a caller is told who asks by this certificate. */
async function failureAt(port: number, pair: KeyAndCertificate | undefined, options?: https.AgentOptions) {
  await using provider = open(port, pair, options);
  return await rejection(provider.getToken());
}

describeInstalled(
  'nginx that asks clients for certificates',
  { program: 'nginx', args: ['-v'] },
  function () {
    this.timeout(60_000);
    let behind: http.Server;
    let nginx: Program | undefined;
    before(async () => {
      crl = revocationList(authority, [clients.revoked.cert]);
      behind = http.createServer((request, response) => {
        const certificate = decodeURIComponent(`${request.headers['x-client-certificate'] ?? ''}`);
        if (certificate)
          response.end(JSON.stringify({ access_token: thumbprintOf(certificate), expires_in: 60 }));
        else response.writeHead(401).end('{"error":"invalid_client"}');
      });
      await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
    });
    after(() => behind.close());
    afterEach(() => nginx?.close());

    const start = async (verify: MtlsRules['verify']) => {
      const { port } = behind.address() as AddressInfo;
      const tokenEndpoint = `http://127.0.0.1:${port}/token`;
      nginx = await startMtlsNginx({ tls, ca: authority.pem, crl, tokenEndpoint, verify });
      return nginx.port;
    };

    for (const verify of ['on', 'optional_no_ca'] as const) {
      it(`gives tokens for a certificate: ssl_verify_client ${verify}`, async () => {
        await using provider = open(await start(verify), clients.good);
        expect(await provider.getToken()).to.equal(thumbprintOf(clients.good.cert));
      });
    }

    it('passes on a certificate that it does not know, where the server behind it decides', async () => {
      await using provider = open(await start('optional_no_ca'), clients.foreign);
      expect(await provider.getToken()).to.equal(thumbprintOf(clients.foreign.cert));
    });

    it('refuses by a page, and callers are told what to do', async () => {
      const port = await start('on');
      for (const [pair, remedy] of [
        [undefined, /answered 400 .*wants a client certificate.*tlsClient\(\)/],
        [clients.foreign, /answered 400 .*signed by an authority that the server trusts/],
        [clients.revoked, /answered 400 .*refuses the client certificate/],
        [clients.expired, /answered 400 .*It was valid until 20\S+: replace it/],
      ] as const) {
        const error = await failureAt(port, pair);
        expect(error.message).to.match(remedy);
        expect(error).to.include({ permanent: true });
      }
    });
  },
);

describeInstalled(
  'OpenSSL that demands certificates',
  { program: 'openssl', args: ['version'] },
  function () {
    this.timeout(60_000);
    let server: Program;
    before(async () => {
      const list = revocationList(authority, [clients.revoked.cert]);
      const { writeFileSync } = await import('node:fs');
      server = await Program.start(({ folder, port }) => {
        const files = { key: tls.key, cert: tls.cert, ca: authority.pem, crl: list };
        for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text);
        const own = ['-accept', `127.0.0.1:${port}`, '-key', `${folder}/key`, '-cert', `${folder}/cert`];
        const rules = ['-CAfile', `${folder}/ca`, '-CRL', `${folder}/crl`, '-crl_check', '-Verify', '3'];
        return {
          program: 'openssl',
          args: ['s_server', ...own, ...rules, '-verify_return_error', '-www', '-quiet'],
        };
      });
    });
    after(() => server.close());

    const table: readonly (readonly [keyof typeof clients | 'none', RegExp])[] = [
      ['none', /client certificate/],
      ['foreign', /does not know who signed it/],
      ['expired', /It was valid until/],
      ['revoked', /It has been revoked: replace it/],
    ];
    it('is not asked where the agent of the http option would show it another certificate', async () => {
      const { cert, key } = clients.foreign;
      const error = await failureAt(server.port, clients.good, { cert, key, maxVersion: 'TLSv1.2' });
      expect(error).to.include({ reason: 'ERR_HTTP_OPTION', permanent: true });
      expect(error.message).to.contain('httpsAgent has a certificate of its own');
    });

    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (const [name, remedy] of table) {
        it(`says by an alert what it finds wrong with a certificate: ${name}, ${maxVersion}`, async () => {
          const pair = name === 'none' ? undefined : clients[name];
          const error = await failureAt(server.port, pair, { maxVersion });
          // With TLS 1.3 a request may be under way before the alert is there, which can be lost with the connection.
          const isLost = maxVersion === 'TLSv1.3' && /ECONNRESET|EPIPE/.test(error.message);
          if (isLost) {
            expect(error.message).to.match(
              /Perhaps the server refuses the client certificate with the thumbprint/,
            );
            return;
          }
          expect(error.message).to.match(remedy);
          if (name !== 'none') expect(error.message).to.contain(thumbprintOf(clients[name].cert));
          expect(error).to.include({ permanent: true, code: 'ERR_TOKEN_REQUEST' });
        });
      }
    }
  },
);
