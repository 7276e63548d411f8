import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProofServer } from './proof-server.js';

/** Registers a client with a key of its own, writes that into the folder, and gives the variables that name it. */
export async function enrolKey(server: ProofServer, clientId: string, folder: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const M2M_KEY_FILE = path.join(folder, `${clientId}.pem`);
  await writeFile(M2M_KEY_FILE, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const jwks = { keys: [publicKey.export({ format: 'jwk' }) as never] };
  server.register({
    client_id: clientId,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks,
  });
  return { M2M_KEY_FILE };
}

/** The same with a certificate. */
export async function enrolCertificate(server: ProofServer, clientId: string, folder: string) {
  const name = `${clientId.replaceAll('_', '-')}.example`;
  const { cert, key } = await server.authority.issue([name]);
  const [M2M_CERT_FILE, M2M_KEY_FILE] = ['crt', 'key'].map((end) =>
    path.join(folder, `${clientId}.${end}`),
  ) as [string, string];
  await writeFile(M2M_CERT_FILE, cert);
  await writeFile(M2M_KEY_FILE, key);
  server.register({
    client_id: clientId,
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: name,
  });
  return { M2M_CERT_FILE, M2M_KEY_FILE };
}
