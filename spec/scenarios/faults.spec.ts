import type { Socket } from 'node:net';
import zlib from 'node:zlib';
import { expect } from 'chai';
import {
  TokenEndpointError,
  TokenProvider,
  type TokenProviderOptions,
  TokenRequestError,
  TokenResponseError,
  TokenUnavailableError,
} from '../../lib/index.js';
import { jsonAnswer, RawServer } from '../support/raw-server.js';
import { rejection } from '../support/rejection.js';

const GRANT = { access_token: 'abc', token_type: 'Bearer', expires_in: 600 };
const html = (status: string) =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>`;

/** Sends without end, as fast as the other side takes it. */
function flood(socket: Socket, head: string, chunk: Buffer): void {
  socket.write(head);
  const pour = (): void => {
    while (socket.writable && socket.write(chunk));
    socket.once('drain', pour);
  };
  pour();
}

describe('faults on real sockets', () => {
  let server: RawServer;
  const connect = (options: Partial<TokenProviderOptions> = {}) =>
    new TokenProvider({
      tokenEndpoint: `http://127.0.0.1:${server.port}/token`,
      clientId: 'acme',
      clientSecret: 's3cret',
      requestTimeoutMs: 300,
      retry: { retries: 0 },
      ...options,
    });
  /** The failure behind what a caller is told. */
  const failureOf = async (converse: (socket: Socket) => void): Promise<Error> => {
    server = await RawServer.start(converse);
    try {
      await using provider = connect();
      const error = await rejection(provider.getToken());
      return error instanceof TokenUnavailableError ? (error.cause as Error) : error;
    } finally {
      await server.stop();
    }
  };

  const requestFaults: [string, (socket: Socket) => void, string | RegExp][] = [
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['closes the connection', (socket) => socket.end(), 'ECONNRESET'],
    ['never answers', () => undefined, 'ETIMEDOUT'],
    [
      'sends half an answer and closes',
      (socket) => socket.end(jsonAnswer(200, GRANT).slice(0, -9)),
      /ABORTED|RESET|BAD_RESPONSE/,
    ],
    [
      'sends half an answer and hangs',
      (socket) => socket.write(jsonAnswer(200, GRANT).slice(0, -9)),
      'ETIMEDOUT',
    ],
    ['sends no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), /^HPE_/],
  ];
  for (const [how, converse, reason] of requestFaults) {
    it(`a server that ${how} makes a passing TokenRequestError`, async () => {
      const error = (await failureOf(converse)) as TokenRequestError;
      expect(error).to.be.instanceOf(TokenRequestError).and.include({ permanent: false });
      expect(error.reason).to.match(new RegExp(reason));
    });
  }

  it('a server that drips a byte at a time is cut off at requestTimeoutMs', async () => {
    const startedAt = performance.now();
    const error = await failureOf((socket) => {
      const bytes = jsonAnswer(200, GRANT);
      let sent = 0;
      const drip = setInterval(() => socket.write(bytes.charAt(sent++)), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(error).to.include({ reason: 'ETIMEDOUT' });
    expect(performance.now() - startedAt).to.be.at.least(250);
  });

  const megabyte = Buffer.alloc(2 ** 20, 0x20);
  const bomb = zlib.gzipSync(Buffer.alloc(64 * 2 ** 20));
  const floods: [string, (socket: Socket) => void][] = [
    ['1 GB', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n', megabyte)],
    [
      '1 GB with a refusal',
      (socket) => flood(socket, 'HTTP/1.1 400 No\r\nContent-Length: 1073741824\r\n\r\n', megabyte),
    ],
    [
      'no end of chunks',
      (socket) =>
        flood(
          socket,
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
          Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]),
        ),
    ],
    [
      '64 MB in 64 KB of gzip',
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
        socket.end(bomb);
      },
    ],
  ];
  for (const [what, converse] of floods) {
    it(`an answer of ${what} is cut off`, async () => {
      const before = process.memoryUsage().rss;
      const error = await failureOf(converse);
      expect(error).to.be.instanceOf(TokenResponseError);
      expect(error.message).to.contain('more than 1048576 bytes');
      expect(process.memoryUsage().rss - before).to.be.below(200 * 2 ** 20);
    });
  }

  const answers: [string, string, new (...args: never[]) => Error, RegExp][] = [
    ['200 and an HTML page', html('200 OK'), TokenResponseError, /200 with an HTML page.*path/],
    ['503 and an HTML page', html('503 Unavailable'), TokenEndpointError, /503 with an HTML page/],
    [
      '403 and nothing',
      'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n',
      TokenEndpointError,
      /403 with an empty body/,
    ],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', TokenResponseError, /204 with an empty body/],
    [
      '200 without a token',
      jsonAnswer(200, { token_type: 'Bearer' }),
      TokenResponseError,
      /without an access_token/,
    ],
  ];
  for (const [what, bytes, Class, message] of answers) {
    it(`an answer of ${what} is a ${Class.name}`, async () => {
      const error = await failureOf((socket) => socket.end(bytes));
      expect(error).to.be.instanceOf(Class);
      expect(error.message).to.match(message);
    });
  }

  it('a megabyte of error description does not hold up the event loop', async () => {
    const text = 'eyJ'.repeat(340_000);
    const error = await failureOf((socket) =>
      socket.end(jsonAnswer(400, { error: 'invalid_scope', error_description: text })),
    );
    expect(error).to.include({ error: 'invalid_scope', permanent: true });
    expect(error.message).to.have.length.below(400);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`a ${status} to another host carries nothing there`, async () => {
      const thief = await RawServer.start((socket) => socket.end(jsonAnswer(200, GRANT)));
      const location = `Location: http://127.0.0.1:${thief.port}/token\r\n`;
      const error = await failureOf((socket) => socket.end(jsonAnswer(status, {}, location)));
      await thief.stop();
      expect(error).to.be.instanceOf(TokenEndpointError).and.include({ httpStatus: status, permanent: true });
      expect(thief.requests).to.deep.equal([]);
    });
  }

  it('a fault of every kind in a row is survived: the first token comes all the same', async () => {
    const turns: ((socket: Socket) => void)[] = [
      (socket) => socket.resetAndDestroy(),
      () => undefined,
      (socket) => socket.end(html('200 OK')),
      (socket) => socket.end('HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n'),
      (socket) => socket.end(jsonAnswer(200, GRANT)),
    ];
    server = await RawServer.start((socket) => turns.shift()?.(socket));
    await using provider = connect({ retry: { retries: 4, minDelayMs: 10 } });
    expect(await provider.getToken()).to.equal('abc');
    expect(server.requests).to.have.length(5);
    await server.stop();
  });
});
