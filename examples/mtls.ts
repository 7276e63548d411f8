/** A client certificate in files (RFC 8705): it is changed while the service runs, and nobody waits or fails. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import axios from 'axios';
import { TokenProvider } from 'm2m-token-provider';
import { tlsClient } from 'm2m-token-provider/client-auth';
import { startMtlsServer } from './embedded/mtls-server.js';

const server = await startMtlsServer();

// In a cluster cert-manager writes these files, into a Secret that is mounted as a folder.
const folder = await mkdtemp(path.join(tmpdir(), 'tls-'));
const [certFile, keyFile] = [path.join(folder, 'tls.crt'), path.join(folder, 'tls.key')];
async function issueCertificate() {
  const { cert, key } = await server.issue();
  for (const [file, text] of [
    [certFile, cert],
    [keyFile, key],
  ] as const) {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    // Between the two steps certificate and key do not belong together: the pair before them is used meanwhile.
    await rename(`${file}.new`, file);
  }
}
await issueCertificate();

const provider = new TokenProvider({
  tokenEndpoint: `${server.origin}/token`,
  clientId: 'tls-service',
  authentication: tlsClient({ certFile, keyFile }),
  // Only since this server has a CA of its own, and this process was started without NODE_EXTRA_CA_CERTS.
  http: axios.create({ httpsAgent: new https.Agent({ ca: server.ca }) }),
});
provider.on('refresh', ({ reason, durationMs }) => console.log(`a token (${reason}) in ${durationMs} ms`));
provider.on('failure', ({ error }) => console.log('failure:', error.message));

await provider.getToken();
console.log('it is bound to the certificate', server.lastThumbprint);

await issueCertificate();
await provider.refresh();
console.log('the next one to the certificate', server.lastThumbprint);

await provider.close();
await server.stop();
await rm(folder, { recursive: true });
