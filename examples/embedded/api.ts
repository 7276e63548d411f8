import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API in this process that tells tokens apart, without showing them. Listens at any free port without `port`. Gives its origin. */
export async function startApi(port = 0): Promise<string> {
  const server = http.createServer(({ url, headers }, response) => {
    const [scheme, token] = (headers.authorization ?? 'nothing').split(' ');
    const fingerprint = token && createHash('sha256').update(token).digest('hex').slice(0, 6);
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ url, carried: fingerprint ? `${scheme} ${fingerprint}` : scheme }));
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
