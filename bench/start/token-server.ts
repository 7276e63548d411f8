import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const LIFETIME_S = 36_000;

/** The token of this endpoint: a JWT, since some read the times out of it. */
export const TOKEN = makeToken();

/** A token endpoint on this machine, over plain http. */
export async function startTokenServer(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: LIFETIME_S }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/oauth/token`, close: () => server.close() };
}

function makeToken(): string {
  const iat = Math.floor(Date.now() / 1_000);
  const parts = [{ alg: 'RS256' }, { iat, exp: iat + LIFETIME_S }];
  const encoded = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...encoded, 'unsigned'].join('.');
}
