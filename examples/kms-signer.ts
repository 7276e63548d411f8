/** A private key that never leaves its key service (KMS, HSM): the service signs, and only the signature comes back. */
import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TokenProvider } from 'm2m-token-provider';
import { privateKeyJwt } from 'm2m-token-provider/client-auth';
import { AuthorizationServer } from './embedded/authorization-server.js';

/**
 * In the place of a key service. With that of AWS it would be
 *
 *   const { Signature } = await kms.send(
 *     new SignCommand({ KeyId, Message: data, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
 *     { abortSignal: signal },
 *   );
 */
class KeyService {
  readonly #keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

  get publicKey() {
    return { ...createPublicKey(this.#keys.publicKey).export({ format: 'jwk' }), kid: 'kms-1', use: 'sig' };
  }

  async sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    await sleep(20, undefined, { signal });
    return createSign('sha256').update(data).sign(this.#keys.privateKey);
  }
}

const service = new KeyService();
const server = await AuthorizationServer.start({
  clientId: 'demo-service',
  clientSecret: 'demo-secret',
  keyClients: [{ clientId: 'kms-service', publicKeys: [service.publicKey] }],
});
server.unref();

const provider = new TokenProvider({
  issuer: server.issuer,
  clientId: 'kms-service',
  authentication: privateKeyJwt({
    key: { alg: 'ES256', sign: (data, { signal }) => service.sign(data, signal) },
    kid: 'kms-1',
  }),
});

const [token] = await Promise.all([provider.getToken(), provider.getToken(), provider.getToken()]);
console.log('a token of', token.length, 'characters, for one signature of the key service');

await provider.close();
