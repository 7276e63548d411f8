/** In the place of a cluster and of a server that trusts it: a token of a service account in a file, and who takes it. */
import { createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';

const CLUSTER = 'https://kubernetes.default.svc';
const ACCOUNT = 'system:serviceaccount:default:things-service';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function makeServiceAccountToken(audience: string): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { iss: CLUSTER, sub: ACCOUNT, aud: [audience], iat, exp: iat + 600, jti: randomUUID() };
  const input = `${encode({ alg: 'RS256' })}.${encode(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

/** Gives what the Deployment of `kubernetes/workload-identity.yaml` would give to the program, as environment variables. */
export async function startWorkload() {
  const folder = mkdtempSync(path.join(tmpdir(), 'workload-'));
  const file = path.join(folder, 'token');
  const server = http.createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const audience = `${origin}/token`;
    const isTrusted = await jwtVerify(form.get('client_assertion') ?? '', createPublicKey(privateKey), {
      issuer: CLUSTER,
      subject: ACCOUNT,
      audience,
    }).catch(() => undefined);
    const answer = isTrusted
      ? { access_token: randomUUID(), token_type: 'Bearer', expires_in: 600 }
      : { error: 'invalid_client' };
    response.writeHead(isTrusted ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** As the kubelet does it, long before a token ends. */
  const renew = () => {
    writeFileSync(`${file}.new`, makeServiceAccountToken(`${origin}/token`));
    renameSync(`${file}.new`, file);
  };
  renew();
  const env = { TOKEN_ENDPOINT: `${origin}/token`, CLIENT_ID: 'things-service', CLIENT_ASSERTION_FILE: file };
  return { env, renew, end: () => rmSync(folder, { recursive: true }) };
}
