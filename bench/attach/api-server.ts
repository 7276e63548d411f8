/** An API on this machine, in a process of its own: it answers those who carry a token, and keeps connections. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BODY = JSON.stringify({ id: 1, name: 'thing' });
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(BODY) };

let carried = 0;
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (/^(Bearer|DPoP) /.test(request.headers.authorization ?? '')) carried += 1;
  request.resume();
  response.writeHead(200, { ...HEADERS, 'X-Carried': carried }).end(BODY);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(`http://127.0.0.1:${port}`);
});
process.once('disconnect', () => process.exit());
