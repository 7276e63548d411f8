import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { type EventName, TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { ENVELOPES, ESCAPES } from '../support/encodings.js';
import { jwt } from '../support/jwt.js';
import { jsonAnswer, RawServer } from '../support/raw-server.js';

const CLIENT_ID = 'acme:1';
const SECRET = 'kU3 9%+/s3cret';
const TOKEN = jwt({ sub: 'acme', jti: 'the-token-itself' });
const NEXT_TOKEN = jwt({ sub: 'acme', jti: 'the-next-token' });

/** Every form in which the secret or a token could stand in a text. */
const FORBIDDEN = [
  SECRET,
  encodeURIComponent(SECRET),
  new URLSearchParams({ s: SECRET }).toString().slice(2),
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(`${CLIENT_ID}:${SECRET}`).toString('base64'),
  Buffer.from(`acme%3A1:${new URLSearchParams({ s: SECRET }).toString().slice(2)}`).toString('base64'),
  TOKEN,
  NEXT_TOKEN,
];

/** What could be printed of a value: by console.log at any depth, by JSON, by its words, by its stack and causes. */
function printed(value: unknown): string {
  const texts = [
    inspect(value, {
      depth: null,
      showHidden: true,
      getters: true,
      maxArrayLength: null,
      maxStringLength: null,
    }),
    String(value),
    String(JSON.stringify(value)),
  ];
  if (value instanceof Error) {
    texts.push(
      String(value.stack),
      JSON.stringify(Object.getOwnPropertyDescriptors(value)),
      printed(value.cause),
    );
  }
  return texts.join('\n');
}

describe('secrecy', () => {
  const grant = (token: string) =>
    jsonAnswer(200, { access_token: token, token_type: 'Bearer', expires_in: 600 });
  const echo = (status: number) => (request: string) =>
    jsonAnswer(status, {
      error: 'invalid_request',
      error_description: `you sent ${request.replace(/\s+/g, ' ').slice(0, 2_000)} ${SECRET} ${TOKEN}`,
    });
  const answers: [string, (request: string) => string][] = [
    ['a refusal that repeats the whole request', echo(400)],
    [
      'a refusal with the secret as its error',
      () => jsonAnswer(401, { error: SECRET, error_description: TOKEN }),
    ],
    ['an outage that repeats the request', echo(503)],
    [
      'a redirect that repeats it',
      (request) => jsonAnswer(307, {}, `Location: https://x.example/?${encodeURIComponent(request)}\r\n`),
    ],
    [
      'a page that repeats it',
      (request) => `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>${request}`,
    ],
    ['a token of another type', () => jsonAnswer(200, { access_token: TOKEN, token_type: SECRET })],
    [
      'a token that is none',
      () => jsonAnswer(200, { access_token: `${TOKEN} ${SECRET}`, token_type: 'Bearer' }),
    ],
    [
      'a lifetime that is none',
      () => jsonAnswer(200, { access_token: TOKEN, token_type: 'Bearer', expires_in: SECRET }),
    ],
    ['no HTTP, but a token', () => `HTTP/1.1 200 OK\r\n${TOKEN}\r\n\r\n`],
    ['half an answer', () => grant(TOKEN).slice(0, -10)],
    ['a token, and the same one again', () => grant(TOKEN)],
  ];

  for (const authentication of ['basic', 'basic-raw', 'post'] as const) {
    for (const [what, answer] of answers) {
      it(`holds with ${authentication} against ${what}`, async () => {
        // RFC 7617 §2: basic-raw cannot say a colon.
        const clientId = authentication === 'basic-raw' ? 'acme' : CLIENT_ID;
        await expectSecrecy({ authentication, clientId }, answer);
      });
    }
  }

  const none = Buffer.alloc(0);
  const writings: Readonly<Record<string, (text: string) => string>> = {
    ...ESCAPES,
    'in upper case': (text) => text.toUpperCase(),
    ...Object.fromEntries(
      Object.entries(ENVELOPES).map(([name, envelop]) => [
        name,
        (text: string) => envelop(Buffer.from(text), Buffer.from(`${CLIENT_ID}:`), none),
      ]),
    ),
  };
  const OPAQUE = 'b0a4.opaque~token_of+acme/7';
  for (const [name, write] of Object.entries(writings)) {
    it(`holds against a scope, and an error, with secret and token ${name}`, async () => {
      const [secret, token] = [write(SECRET), write(OPAQUE)];
      const forbidden = [SECRET, OPAQUE, secret, token];
      for (const text of [`read ${secret}`, `read ${token}`]) {
        const answer = jsonAnswer(200, {
          access_token: OPAQUE,
          token_type: 'Bearer',
          expires_in: 600,
          scope: text,
        });
        await expectSecrecy({}, () => answer, forbidden);
        const refusal = { error: text, error_description: text, access_token: OPAQUE };
        await expectSecrecy({}, () => jsonAnswer(400, refusal), forbidden);
      }
    });
  }

  for (const [name, write] of Object.entries(writings)) {
    it(`holds against a refusal that names the token held, and one of its own, ${name}`, async () => {
      const [held, other] = [OPAQUE, OPAQUE.replace('opaque', 'not-ours')];
      const text = `has an active token ${write(held)}, not ${write(other)}`;
      const refusal = jsonAnswer(400, {
        error: text,
        error_description: text,
        data: [{ accessToken: other }],
      });
      const granted = jsonAnswer(200, { access_token: held, token_type: 'Bearer', expires_in: 600 });
      let count = 0;
      const forbidden = [held, other, write(held), write(other)];
      await expectSecrecy({}, () => (count++ === 0 ? granted : refusal), forbidden);
    });
  }

  it('keeps a scope clean and short that is a long text with line breaks, the secret and the token', async () => {
    const scope = `read\nwrite ${SECRET} abc ${'…and so on '.repeat(10_000)}`;
    const body = { access_token: 'abc', token_type: 'Bearer', expires_in: 600, scope };
    const server = await RawServer.start((socket) => socket.end(jsonAnswer(200, body)));
    const provider = new TokenProvider({
      tokenEndpoint: `http://127.0.0.1:${server.port}/token`,
      clientId: CLIENT_ID,
      clientSecret: SECRET,
    });
    const shown: unknown[] = [];
    provider.on('refresh', (event) => shown.push(event.scope));
    const token = await provider.getToken();
    shown.push(provider.peek()?.scope);
    await provider.close();
    await server.stop();
    expect(token).to.equal('abc');
    expect(new Set(shown).size).to.equal(1);
    expect(shown[0])
      .to.match(/^read write \[secret\] \[token\] …and so on /)
      .and.have.length(201);
  });

  it('holds when the secret supplier throws what it should have given', async () => {
    await expectSecrecy(
      { clientSecret: () => Promise.reject(new Error(SECRET, { cause: SECRET })) },
      () => '',
    );
  });

  it('holds where nothing goes wrong', async () => {
    let count = 0;
    await expectSecrecy({}, () => grant(count++ === 0 ? TOKEN : NEXT_TOKEN));
  });

  /** Runs a provider through a call, a renewal, a rejection and its end, and reads all that it gave away. */
  async function expectSecrecy(
    options: Partial<TokenProviderOptions>,
    answer: (request: string) => string,
    allForbidden = FORBIDDEN,
  ) {
    const warn = sinon.stub(process, 'emitWarning');
    const output = [sinon.spy(process.stdout, 'write'), sinon.spy(process.stderr, 'write')];
    const server = await RawServer.start((socket, request) => socket.end(answer(request)));
    const seen: unknown[] = [];
    const provider = new TokenProvider({
      tokenEndpoint: `http://127.0.0.1:${server.port}/token`,
      clientId: CLIENT_ID,
      clientSecret: SECRET,
      retry: { retries: 1, minDelayMs: 1 },
      requestTimeoutMs: 500,
      ...options,
    });
    for (const name of ['refresh', 'failure', 'retry', 'expire', 'reject'] as EventName[]) {
      provider.on(name, (event) => seen.push(event));
    }
    await provider.getToken().catch((error) => seen.push(error));
    await provider.refresh().then(
      (token) => seen.push(token),
      (error) => seen.push(error),
    );
    seen.push(provider.peek(), provider.status(), provider);
    provider.invalidate(provider.peek()?.value ?? 'none');
    await provider.getToken({ maxWaitMs: 20 }).catch((error) => seen.push(error));
    seen.push(provider.status());
    await provider.close();
    await provider.getToken().catch((error) => seen.push(error));
    await server.stop();
    sinon.restore();

    expect(seen.length).to.be.above(4);
    const texts = [
      ...seen.map(printed),
      JSON.stringify(warn.args),
      ...output.map((spy) => JSON.stringify(spy.args)),
    ];
    for (const text of texts) for (const forbidden of allForbidden) expect(text).to.not.contain(forbidden);
  }
});
