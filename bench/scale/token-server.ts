/** A token endpoint on this machine, in a process of its own: answers every POST with a token, and keeps connections. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeAnswer, TOKEN_LIFETIME_S } from './token.js';

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume().once('end', () => {
    const body = makeAnswer(TOKEN_LIFETIME_S);
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
      .end(body);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(`http://127.0.0.1:${port}/oauth/token`);
});
process.once('disconnect', () => process.exit());
