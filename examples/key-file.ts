/** A private key in a file (private_key_jwt): the key is changed while the service runs, and nobody waits or fails. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TokenProvider } from 'm2m-token-provider';
import { privateKeyJwt } from 'm2m-token-provider/client-auth';
import { AuthorizationServer } from './embedded/authorization-server.js';

/** `openssl genpkey` makes such a key, too; as a JWK it has its name (kid) along. */
function makeKey(kid: string) {
  const encoding = { type: 'pkcs8', format: 'pem' } as const;
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: encoding,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const publicKey = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig' };
  return { privateKey, publicKey };
}

const [today, tomorrow] = [makeKey('today'), makeKey('tomorrow')];

// Both are registered while the change takes place: `jwks` or `jwks_uri` of the client.
const server = await AuthorizationServer.start({
  clientId: 'demo-service',
  clientSecret: 'demo-secret',
  keyClients: [{ clientId: 'key-service', publicKeys: [today.publicKey, tomorrow.publicKey] }],
});
server.unref();

const folder = await mkdtemp(path.join(tmpdir(), 'key-'));
const file = path.join(folder, 'client.pem');
await writeFile(file, today.privateKey, { mode: 0o600 });

const provider = new TokenProvider({
  issuer: server.issuer,
  clientId: 'key-service',
  authentication: privateKeyJwt({ key: { file } }),
});
provider.on('refresh', ({ reason, durationMs }) => console.log(`a token (${reason}) in ${durationMs} ms`));
provider.on('failure', ({ error }) => console.log('failure:', error.message));

const first = await provider.getToken();

// A rename puts the new key there in one step. Half a file would do no harm either: the old key is used meanwhile.
await writeFile(`${file}.new`, tomorrow.privateKey, { mode: 0o600 });
await rename(`${file}.new`, file);
await provider.refresh();
console.log('the next token came by the new key:', (await provider.getToken()) !== first);

await provider.close();
await rm(folder, { recursive: true });
