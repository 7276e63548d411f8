import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JWKS_PATH } from '../tokens.js';

export interface KeyServer {
  /** The issuer, too. */
  readonly origin: string;
  close(): void;
}

/** Publishes these keys on loopback. */
export async function openKeyServer(jwks: string): Promise<KeyServer> {
  const server = createServer((request, response) => {
    const isKnown = request.url === JWKS_PATH;
    response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(isKnown ? jwks : '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
