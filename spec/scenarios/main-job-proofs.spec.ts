import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startNode } from '../support/child.js';
import { enrolCertificate, enrolKey } from '../support/proofs/enrolled-files.js';
import { ProofServer } from '../support/proofs/proof-server.js';

describe('npm start with variables of M2M_', () => {
  let server: ProofServer;
  let folder: string;
  before(async () => {
    server = await ProofServer.start();
    server.lifetimeSeconds = 60;
    folder = await mkdtemp(path.join(tmpdir(), 'main-job-'));
    await writeFile(path.join(folder, 'ca.pem'), server.ca);
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const methods = { private_key_jwt: enrolKey, tls_client_auth: enrolCertificate };
  for (const [method, enrol] of Object.entries(methods)) {
    for (const dpop of ['', '1']) {
      it(`gets tokens by ${method}${dpop && ', with DPoP'}`, async () => {
        const clientId = `${method}${dpop}`;
        const files = await enrol(server, clientId, folder);
        const env = {
          NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
          M2M_ISSUER: server.issuer,
          M2M_CLIENT_ID: clientId,
          M2M_AUTHENTICATION: method,
          M2M_DPOP: dpop,
          ...files,
        };
        const child = startNode(['--import', 'tsx', 'examples/main-job/main.ts'], env);
        const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
        const ended = once(child, 'exit');
        const isGiven = () => server.requests.some((one) => one.clientId === clientId && one.status === 200);
        while (!isGiven() && child.exitCode === null) await sleep(50);
        child.kill('SIGINT');
        const [code] = await ended;
        expect([code, await stderr]).to.deep.equal([130, '']);
        expect(await stdout)
          .to.contain(`Working against ${server.issuer}, as the environment says.`)
          .and.not.match(/eyJ|PRIVATE/);
      });
    }
  }
});
