import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect } from 'chai';
import {
  ConfigurationError,
  TokenEndpointError,
  TokenProvider,
  type TokenProviderOptions,
  type TokenRequestError,
  TokenResponseError,
} from '../../../lib/index.js';
import type { TokenServerFault } from '../../../lib/testing/server/server-fault.js';
import { TokenServer, type TokenServerPart } from '../../../lib/testing/server/token-server.js';
import type { TokenServerOptions } from '../../../lib/testing/server/token-server-options.js';
import { createVerifier } from '../../../lib/verify.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

const boom = (): never => {
  throw new Error('hush');
};
const unreadable = Object.defineProperty(new Error(), 'message', { get: boom });
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('TokenServer', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  const start = async (options: TokenServerOptions = {}) => {
    const server = await TokenServer.start({ alg: 'ES256', ...options });
    closers.push(() => server.close());
    return server;
  };
  const providerOf = (server: TokenServer, options: Partial<TokenProviderOptions> = {}) => {
    const { clientId, clientSecret, tokenEndpoint } = server;
    const where = options.issuer ? {} : { tokenEndpoint };
    const provider = new TokenProvider({ clientId, clientSecret, ...where, ...options });
    closers.push(() => provider.close());
    return provider;
  };
  const verifierOf = ({ issuer, clientId }: TokenServer, options = {}) => {
    const verifier = createVerifier({ issuer, audience: clientId, algorithms: ['ES256'], ...options });
    closers.push(() => verifier.close());
    return verifier;
  };

  it('gives tokens that a verifier of this package takes, without any options of either', async () => {
    const server = await TokenServer.start();
    closers.push(() => server.close());
    const { issuer, clientId: audience } = server;
    const token = await providerOf(server, { issuer, scope: 'read' }).getToken();
    const verifier = createVerifier({ issuer, audience });
    closers.push(() => verifier.close());
    const { claims, scope } = await verifier.verify(token);
    expect([claims.client_id, ...scope]).to.deep.equal(['test-client', 'read']);
    expect(server.counts).to.deep.equal({ token: 1, keys: 1, metadata: 2, issued: 1, refused: 0 });
  });

  for (const path of ['openid-configuration', 'oauth-authorization-server'])
    it(`publishes its metadata at ${path}`, async () => {
      const { issuer, tokenEndpoint, jwksUri } = await start();
      const metadata = await (await fetch(`${issuer}/.well-known/${path}?x=1`)).json();
      expect(metadata).to.include({ issuer, token_endpoint: tokenEndpoint, jwks_uri: jwksUri });
    });

  for (const authentication of ['basic', 'basic-raw', 'post'] as const)
    it(`takes a client by ${authentication}, and by nothing else`, async () => {
      const secret = authentication === 'basic-raw' ? 'a+b%c' : 'a+b%c: ü';
      const server = await start({ authentication, clientId: 'me', clientSecret: secret });
      for (const way of ['basic', 'basic-raw', 'post'] as const) {
        const asked = providerOf(server, { authentication: way }).getToken();
        if (way === authentication) await asked;
        else expect(await rejection(asked)).to.include({ error: 'invalid_client', httpStatus: 401 });
      }
      expect(server.counts).to.include({ token: 3, issued: 1, refused: 2 });
    });

  it('knows further clients, and new secrets', async () => {
    const server = await start();
    const old = providerOf(server);
    await old.getToken();
    server.addClient({ clientId: 'other', clientSecret: 'own' });
    await providerOf(server, { clientId: 'other', clientSecret: 'own' }).getToken();
    server.addClient({ clientId: server.clientId, clientSecret: 'new' });
    expect(server.clientSecret).to.equal('new');
    expect(await rejection(old.refresh())).to.be.instanceOf(TokenEndpointError);
    await providerOf(server).getToken();
    expect(() => server.addClient({ clientId: 'a' } as never)).to.throw(ConfigurationError);
  });

  const once503 = { retry: { retries: 0 } };
  const faults: readonly (readonly [TokenServerFault, (error: never) => unknown, unknown])[] = [
    [{ status: 503 }, ({ httpStatus }: TokenEndpointError) => httpStatus, 503],
    [
      { status: 400, error: 'invalid_scope', errorDescription: 'Not for you.' },
      (error: TokenEndpointError) => [error.error, error.errorDescription],
      ['invalid_scope', 'Not for you.'],
    ],
    [{ status: 429, retryAfter: 7 }, ({ retryAfterMs }: TokenEndpointError) => retryAfterMs, 7_000],
    ['reset', ({ reason }: TokenRequestError) => reason, 'ECONNRESET'],
    ['hang', ({ reason }: TokenRequestError) => reason, 'ETIMEDOUT'],
    ['malformed', (error: Error) => error instanceof TokenResponseError, true],
    ['html', (error: Error) => error instanceof TokenResponseError, true],
  ];
  for (const [fault, look, expected] of faults)
    it(`fails by ${JSON.stringify(fault)}, and is well again`, async () => {
      const server = await start();
      const provider = providerOf(server, { ...once503, requestTimeoutMs: 200 });
      await provider.getToken();
      server.fail(fault);
      provider.invalidate(provider.peek()?.value ?? '');
      const [failure] = await new Promise<unknown[]>((resolve) =>
        provider.once('failure', ({ error }) => resolve([error])),
      );
      expect(look(failure as never)).to.deep.equal(expected);
      server.recover();
      await providerOf(server).getToken();
    });

  it('answers late', async () => {
    const server = await start();
    server.fail({ delayMs: 60 });
    const since = performance.now();
    await providerOf(server).getToken();
    expect(performance.now() - since).to.be.at.least(59);
  });

  it('fails as often as it is told, and in turn', async () => {
    const server = await start();
    server.fail(['reset', { status: 503 }]);
    const provider = providerOf(server, { retry: { minDelayMs: 1 } });
    const failed: unknown[] = [];
    provider.on('retry', ({ error }) => failed.push(error.code));
    await provider.getToken();
    expect(failed).to.deep.equal(['ERR_TOKEN_REQUEST', 'ERR_TOKEN_ENDPOINT']);
    expect(server.counts).to.include({ token: 3, issued: 1, refused: 0 });
  });

  it('fails by 503 if it is told nothing', async () => {
    const server = await start();
    expect((await fetch(server.fail().tokenEndpoint)).status).to.equal(503);
  });

  it('has parts that fail each by itself', async () => {
    const server = await start();
    const at = {
      token: server.tokenEndpoint,
      keys: server.jwksUri,
      metadata: `${server.issuer}/.well-known/openid-configuration`,
    };
    const statusOf = async (part: TokenServerPart) => (await fetch(at[part])).status;
    for (const part of ['keys', 'metadata'] as const) {
      server.fail({ status: 500 }, part);
      for (const each of ['keys', 'metadata'] as const)
        expect(await statusOf(each)).to.equal(each === part ? 500 : 200);
      expect(await statusOf('token')).to.equal(405);
      server.recover();
      expect(await statusOf(part)).to.equal(200);
    }
    expect(() => server.fail('hang', 'tokens' as never)).to.throw(
      ConfigurationError,
      "part: must be one of 'token'",
    );
    expect(() => server.fail('burn' as never)).to.throw(ConfigurationError, 'fault: must be one of');
  });

  it('keeps what came, whatever it answers, and from whomever', async () => {
    const server = await start();
    expect(server.requests).to.deep.equal([]);
    await providerOf(server, { parameters: { audience: 'x' }, authentication: 'post' }).getToken();
    server.fail([{ status: 503 }]);
    await fetch(server.tokenEndpoint, { headers: { 'x-a': '1' } });
    await fetch(server.jwksUri);
    const [first, second, ...others] = server.requests;
    expect(Object.fromEntries(new URLSearchParams(first?.body))).to.deep.equal({
      grant_type: 'client_credentials',
      client_id: 'test-client',
      client_secret: 'test-secret',
      audience: 'x',
    });
    expect([second?.method, second?.headers['x-a'], second?.body, others]).to.deep.equal([
      'GET',
      '1',
      '',
      [],
    ]);
  });

  for (const [what, token, words] of [
    [
      'gives no token',
      () => '',
      'token: must be text that a header can carry, without blanks; got an empty string.',
    ],
    [
      'throws an error',
      () => {
        throw new Error('no tenant');
      },
      'no tenant',
    ],
    [
      'throws text',
      () => {
        throw 'no tenant';
      },
      'no tenant',
    ],
  ] as const)
    it(`tells whoever asks, at once, of a function that ${what}`, async () => {
      const server = await start({ token });
      const error = await rejection(providerOf(server).getToken());
      expect(error)
        .to.be.instanceOf(TokenEndpointError)
        .and.include({
          httpStatus: 400,
          error: 'invalid_request',
          errorDescription: `The function token of the server failed: ${words}`,
        });
      expect(server.counts).to.include({ token: 1, issued: 0, refused: 0 });
    });

  for (const [what, thrown, words] of [
    ['a symbol', Symbol('no tenant'), 'Symbol(no tenant)'],
    ['nothing', undefined, 'undefined'],
    ['an object without a prototype', Object.create(null), 'it threw an object that cannot be shown.'],
    ['an object that throws as it is shown', { toString: boom }, 'it threw an object that cannot be shown.'],
    ['an error that throws as it is read', unreadable, 'it threw an object that cannot be shown.'],
    ['a revoked proxy', revoked(), 'it threw an object that cannot be shown.'],
  ] as const)
    it(`answers, where a function throws ${what}`, async () => {
      const server = await start({
        token: () => {
          throw thrown;
        },
      });
      const error = await rejection(providerOf(server).getToken());
      expect(error).to.include({
        error: 'invalid_request',
        errorDescription: `The function token of the server failed: ${words}`,
      });
      expect(server.counts).to.include({ token: 1, issued: 0, refused: 0 });
    });

  it('answers, where a function rejects, and lets the process live', async () => {
    const rejecting = async () => {
      throw Symbol('no tenant');
    };
    const server = await start({ token: rejecting as never });
    const error = await rejection(providerOf(server).getToken());
    expect(error).to.include({ error: 'invalid_request' });
    expect(error.message).to.contain('a promise: the function must not be async');
  });

  it('answers though timers are faked, and is late by these', async () => {
    const server = await start();
    const time = new VirtualTime(Date.now());
    try {
      const metadata = () => once(http.get(`${server.issuer}/.well-known/openid-configuration`), 'response');
      await metadata();
      server.fail({ delayMs: 60_000 }, 'metadata');
      let isAnswered = false;
      const late = metadata().then(() => {
        isAnswered = true;
      });
      while (server.counts.metadata < 2 || time.armed === 0) await new Promise(setImmediate);
      await time.pass(59_999);
      expect(isAnswered).to.equal(false);
      await time.pass(1);
      await late;
    } finally {
      time.restore();
    }
  });

  it('listens on this address alone', async () => {
    const { issuer } = await start();
    const elsewhere = issuer.replace('127.0.0.1', '127.0.0.2');
    expect((await fetch(issuer)).status).to.equal(404);
    expect(await rejection(fetch(elsewhere))).to.be.instanceOf(TypeError);
  });

  it('knows nothing else', async () => {
    const { issuer } = await start();
    const response = await fetch(`${issuer}/tokens`);
    expect([response.status, await response.text()]).to.deep.equal([
      404,
      'There is nothing at this address.',
    ]);
  });

  for (const [target, status] of [
    ['http://127.0.0.1:1234/keys', 200],
    ['HTTP://user@other.example/keys?x=http://a/b', 200],
    ['https://[::1]:1/.well-known/openid-configuration', 200],
    ['http://127.0.0.1:1234/token', 405],
    ['http://127.0.0.1:1234/tokens', 404],
    ['http://127.0.0.1:1234', 404],
    ['http:///keys', 404],
    ['/http://127.0.0.1/keys', 404],
    ['ftp://127.0.0.1/keys', 404],
  ] as const)
    it(`answers ${status} where a whole address is asked for: ${target}`, async () => {
      const { issuer } = await start();
      const { hostname, port } = new URL(issuer);
      const [response] = await once(http.get({ hostname, port, path: target }), 'response');
      expect(response.resume().statusCode).to.equal(status);
    });

  it('rotates its keys, which a verifier follows', async () => {
    const server = await start();
    const verifier = verifierOf(server);
    await verifier.verify(server.sign());
    await server.rotateKeys();
    await verifier.verify(server.sign());
    expect(server.counts.keys).to.equal(2);
  });

  it('signs tokens that a verifier must refuse', async () => {
    const server = await start();
    const verifier = verifierOf(server, { jwksUri: server.jwksUri });
    for (const [claims, code] of [
      [{ aud: 'other' }, 'ERR_TOKEN_AUDIENCE'],
      [{ iss: 'other' }, 'ERR_TOKEN_ISSUER'],
      [{ exp: 1 }, 'ERR_TOKEN_EXPIRED'],
      [{ exp: undefined }, 'ERR_TOKEN_CLAIMS'],
    ] as const)
      expect(await rejection(verifier.verify(server.sign(claims)))).to.include({ code });
  });

  it('signs no claims that are none', async () => {
    const server = await start();
    for (const claims of ['read', null, 7, ['read']])
      expect(() => server.sign(claims as never)).to.throw(
        ConfigurationError,
        'claims: must be a plain object',
      );
  });

  it('has another lifetime from the next token on', async () => {
    const server = await start({ lifetimeMs: 4_000 });
    const provider = providerOf(server);
    await provider.getToken();
    const lifeOf = () => (provider.peek()?.expiresAt ?? 0) - (provider.peek()?.issuedAt ?? 0);
    expect(lifeOf()).to.equal(4_000);
    server.lifetimeMs = 60_000;
    expect(server.lifetimeMs).to.equal(60_000);
    await provider.refresh();
    expect(lifeOf()).to.equal(60_000);
  });

  it('survives callers who go away in the middle', async () => {
    const server = await start();
    const socket = net.connect(Number(new URL(server.issuer).port), '127.0.0.1').resume();
    await once(socket, 'connect');
    socket.end('POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\ngrant');
    await once(socket, 'close');
    await providerOf(server).getToken();
    expect(server.counts).to.include({ token: 2, issued: 1 });
  });

  it('closes at once, whatever hangs, and once', async () => {
    const server = await start();
    server.fail(['hang', { delayMs: 60_000 }]);
    const asked = [1, 2].map(() => fetch(server.tokenEndpoint).catch(() => 'dropped'));
    while (server.counts.token < 2) await new Promise((resolve) => setImmediate(resolve));
    const closing = server.close();
    expect(server.close()).to.equal(closing);
    await closing;
    expect(await Promise.all(asked)).to.deep.equal(['dropped', 'dropped']);
    expect(await rejection(fetch(server.issuer))).to.be.instanceOf(TypeError);
  });

  it('closes at the end of a block, and frees its port', async () => {
    let port: number;
    {
      await using server = await TokenServer.start({ alg: 'ES256' });
      port = Number(new URL(server.issuer).port);
      expect(await rejection(TokenServer.start({ alg: 'ES256', port }))).to.include({ code: 'EADDRINUSE' });
    }
    await start({ port });
  });

  it('refuses options that are wrong', async () => {
    expect(await rejection(TokenServer.start({ alg: 'none' } as never))).to.be.instanceOf(ConfigurationError);
  });
});
