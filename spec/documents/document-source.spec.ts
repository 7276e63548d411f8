import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { DocumentSource } from '../../lib/documents/document-source.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../lib/ground/errors.js';
import { Transport } from '../../lib/http/transport.js';
import { jsonAnswer, RawServer } from '../support/raw-server.js';
import { rejection } from '../support/rejection.js';

const RANGE = { min: 300_000, max: 36_000_000, default: 3_600_000 };
const never = new AbortController().signal;

describe('DocumentSource', () => {
  let server: RawServer | undefined;
  afterEach(() => server?.stop());
  async function serve(answer: string, timeoutMs = 10_000) {
    server = await RawServer.start((socket) => socket.end(answer));
    const url = `http://127.0.0.1:${server.port}/keys?tenant=s3cret`;
    return { url, source: new DocumentSource(new Transport(undefined), timeoutMs) };
  }
  const page = (status: string, headers = '', body = '') =>
    `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

  it('gets a document, with its lifetime and when it was asked for', async () => {
    const { url, source } = await serve(jsonAnswer(200, { keys: [] }, 'Cache-Control: max-age=600\r\n'));
    const before = Date.now();
    const { content, lifetimeMs, sentAt } = await source.fetch(url, RANGE, never);
    expect([content, lifetimeMs]).to.deep.equal([{ keys: [] }, 600_000]);
    expect(sentAt.wall).to.be.within(before, Date.now());
    const [sent = ''] = server?.requests ?? [];
    expect(sent).to.match(/^GET \/keys\?tenant=s3cret HTTP\/1\.1\r\n/);
    expect(sent).to.match(/^Accept: application\/json\r$/m);
    expect(sent).to.not.match(/^(Authorization|Content-Type|Content-Length|Transfer-Encoding):/im);
  });

  const refused: [
    string,
    string,
    { httpStatus: number; permanent: boolean; retryAfterMs?: number },
    RegExp,
  ][] = [
    [
      'a page that is not there',
      page('404 Not Found', '', '<html>no</html>'),
      { httpStatus: 404, permanent: true },
      /404 with an HTML page/,
    ],
    [
      'a busy server',
      page('503 Busy', 'Retry-After: 7\r\n'),
      { httpStatus: 503, permanent: false, retryAfterMs: 7_000 },
      /503 with an empty body/,
    ],
    ['a limit', page('429 Slow'), { httpStatus: 429, permanent: false }, /429/],
    ['a lock', page('403 No', '', '{}'), { httpStatus: 403, permanent: true }, /403 with JSON/],
    [
      'a redirect',
      page('302 There', 'Location: https://b.example/keys\r\n'),
      { httpStatus: 302, permanent: true },
      /redirects to https:\/\/b\.example\/keys, which is not followed/,
    ],
    [
      'a redirect to an address with a query',
      page('302 There', 'Location: https://b.example/keys?key=s3cret#s3cret\r\n'),
      { httpStatus: 302, permanent: true },
      /redirects to https:\/\/b\.example\/keys, which is not followed/,
    ],
    ['nothing new', page('204 None'), { httpStatus: 204, permanent: true }, /204/],
  ];
  for (const [what, answer, expected, words] of refused) {
    it(`tells of ${what}`, async () => {
      const { url, source } = await serve(answer);
      const error = await rejection(source.fetch(url, RANGE, never));
      expect(error).to.be.instanceOf(TokenEndpointError).and.include(expected);
      expect(error.message).to.match(words).and.not.contain('s3cret');
    });
  }

  for (const [what, body] of [
    ['a page', '<html></html>'],
    ['no object', '[1]'],
    ['half of one', '{"keys": ['],
  ] as const) {
    it(`takes ${what} for no document`, async () => {
      const { url, source } = await serve(page('200 OK', '', body));
      const error = await rejection(source.fetch(url, RANGE, never));
      expect(error).to.be.instanceOf(TokenResponseError).and.include({ permanent: true });
    });
  }

  it('reads no more than a mebibyte', async () => {
    const { url, source } = await serve(page('200 OK', '', `{"keys": "${'x'.repeat(1_100_000)}"}`));
    const error = await rejection(source.fetch(url, RANGE, never));
    expect(error.message).to.contain('sent more than 1048576 bytes');
  });

  it('names the options by which the address may have come', async () => {
    const { url, source } = await serve('');
    await server?.stop();
    const error = await rejection(source.fetch(url, RANGE, never));
    expect(error).to.include({ reason: 'ECONNREFUSED' });
    expect(error.message).to.contain('is the port in tokenEndpoint (or issuer, or jwksUri) right?');
    server = undefined;
  });

  it('gives up in time, and at once when it is told to', async () => {
    server = await RawServer.start(() => undefined);
    const url = `http://127.0.0.1:${server.port}/keys`;
    const error = await rejection(new DocumentSource(new Transport(undefined), 50).fetch(url, RANGE, never));
    expect(error).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ETIMEDOUT' });
    const reason = new Error('enough');
    const abort = new AbortController();
    const waiting = rejection(
      new DocumentSource(new Transport(undefined), 60_000).fetch(url, RANGE, abort.signal),
    );
    while (server.requests.length < 2) await setImmediate();
    abort.abort(reason);
    expect(await waiting).to.equal(reason);
    const aborted = new DocumentSource(new Transport(undefined), 60_000).fetch(
      url,
      RANGE,
      AbortSignal.abort(reason),
    );
    expect(await rejection(aborted)).to.equal(reason);
  });
});
