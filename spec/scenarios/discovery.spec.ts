import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import {
  ProviderClosedError,
  TokenProvider,
  type TokenProviderOptions,
  TokenResponseError,
  TokenUnavailableError,
} from '../../lib/index.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { VirtualTime } from '../support/virtual-time.js';

const CLIENT = { clientId: 'acme', clientSecret: 'a-s3cret-of-some-length' };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('a server that is named by its issuer', () => {
  describe('oidc-provider', () => {
    let server: AuthorizationServer;
    beforeEach(async () => {
      server = await AuthorizationServer.start(CLIENT);
    });
    afterEach(() => server.stop());

    it('gives tokens at the address that its metadata names', async () => {
      const issuer = `${server.origin}/oidc/2`;
      await using provider = new TokenProvider({ issuer, ...CLIENT });
      const tokens = await Promise.all(Array.from({ length: 20 }, () => provider.getToken()));
      expect(new Set(tokens).size).to.equal(1);
      expect(provider.peek()?.claims?.iss).to.equal(issuer);
      expect(server.requests).to.equal(1);
      expect(provider.status()[0]?.target.tokenEndpoint).to.equal(issuer);
    });

    it('can be a region, and the server of a client that is resolved', async () => {
      const issuer = `${server.origin}/oidc/2`;
      const { clientId, clientSecret } = CLIENT;
      await using provider = new TokenProvider({
        regions: { eu: { issuer } },
        resolveClient: () => ({ issuer, clientSecret }),
      });
      expect(await provider.getToken({ clientId, region: 'eu' })).to.be.a('string');
      expect(await provider.getToken({ clientId })).to.be.a('string');
    });
  });

  describe('of any kind', () => {
    let server: http.Server;
    let issuer: string;
    let tokenRequests: number;
    let metadata: Answer;
    let hits: number;
    const json = (response: ServerResponse, body: object) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(body));
    };
    const good: Answer = (_, response) => json(response, { issuer, token_endpoint: `${issuer}/token` });

    beforeEach(async () => {
      metadata = good;
      hits = 0;
      tokenRequests = 0;
      server = http.createServer((request, response) => {
        if (request.url?.includes('/.well-known/')) {
          hits += 1;
          metadata(request, response);
        } else {
          tokenRequests += 1;
          json(response, { access_token: `t${tokenRequests}`, token_type: 'Bearer', expires_in: 600 });
        }
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const open = (options: Partial<TokenProviderOptions> = {}) =>
      new TokenProvider({ issuer, ...CLIENT, retry: { minDelayMs: 10, maxDelayMs: 20 }, ...options });

    it('is asked for its metadata once, and goes on without them', async () => {
      await using provider = open();
      await provider.getToken();
      metadata = (_, response) => response.writeHead(503).end();
      for (let count = 0; count < 5; count += 1) await provider.refresh();
      expect([hits, tokenRequests]).to.deep.equal([1, 6]);
    });

    it('has its time to come up', async () => {
      metadata = (request, response) => {
        if (hits < 4) response.writeHead(503).end();
        else good(request, response);
      };
      await using provider = open();
      expect(await provider.getToken()).to.equal('t1');
      expect(hits).to.equal(4);
    });

    const hostile: [string, Answer, RegExp][] = [
      [
        'names another issuer',
        (_, r) => json(r, { issuer: 'https://evil.example', token_endpoint: `${issuer}/token` }),
        /names the issuer 'https:\/\/evil\.example'/,
      ],
      [
        'leads the secret to another host',
        (_, r) => json(r, { issuer, token_endpoint: 'https://evil.example/token' }),
        /on another host, evil\.example.*tokenEndpoint/,
      ],
      [
        'leads the secret out in plain text',
        (_, r) => json(r, { issuer, token_endpoint: 'http://evil.example/token' }),
        /is not https/,
      ],
      ['names no token endpoint', (_, r) => json(r, { issuer }), /names no token_endpoint/],
      ['is a page', (_, r) => r.end('<html>Welcome</html>'), /an HTML page/],
      ['is half a document', (_, r) => r.end('{"issuer":'), /no JSON object/],
      ['is huge', (_, r) => json(r, { issuer, x: 'x'.repeat(2_000_000) }), /more than 1048576 bytes/],
      [
        'leads in a circle',
        (q, r) => r.writeHead(302, { Location: q.url }).end(),
        /redirects to .*not followed/,
      ],
      ['is not there', (_, r) => r.writeHead(404).end(), /404/],
      ['breaks off', (_, r) => r.destroy(), /No whole answer|reset|hang up/],
    ];
    for (const [what, answer, words] of hostile) {
      it(`is told apart where its document ${what}`, async () => {
        metadata = answer;
        await using provider = open({
          maxWaitMs: 3_500,
          retry: { retries: 1, minDelayMs: 10, maxDelayMs: 20 },
        });
        const error = await rejection(provider.getToken());
        const shown = inspect(error, { depth: 10 });
        expect(shown).to.match(words).and.not.contain(CLIENT.clientSecret);
        expect(tokenRequests).to.equal(0);
        if (error instanceof TokenUnavailableError) expect(error.cause).to.have.property('permanent');
        else expect(error).to.have.property('permanent', true);
      });
    }

    it('holds nobody up for longer than a request may take', async () => {
      metadata = () => undefined;
      await using provider = open({ requestTimeoutMs: 50, maxWaitMs: 400 });
      const error = await rejection(provider.getToken());
      expect(error).to.be.instanceOf(TokenUnavailableError);
      expect(inspect(error)).to.match(/requestTimeoutMs/);
      metadata = good;
      expect(await provider.getToken()).to.equal('t1');
    });

    it('is not asked any more when the provider is closed, though its metadata were to be renewed', async () => {
      const time = new VirtualTime();
      const scripted = new ScriptedServer();
      const name = 'https://as.example';
      scripted.respond = (request) =>
        request.config.method === 'get'
          ? request.answer(200, { issuer: name, token_endpoint: `${name}/token` })
          : request.grant('t1');
      try {
        const provider = new TokenProvider({ issuer: name, ...CLIENT, http: scripted.http });
        expect(await provider.getToken()).to.equal('t1');
        expect(time.armed).to.equal(2);
        await provider.close();
        expect(time.armed).to.equal(0);
      } finally {
        time.restore();
      }
    });

    it('is left alone when the provider is closed', async () => {
      metadata = () => undefined;
      const provider = open();
      const waiting = rejection(provider.getToken());
      while (hits === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await provider.close();
      expect(await waiting).to.be.instanceOf(ProviderClosedError);
    });

    it('is refused where its document is bad, with an error of its own', async () => {
      metadata = (_, response) => json(response, { issuer: `${issuer}/`, token_endpoint: `${issuer}/token` });
      await using provider = open({ retry: { retries: 0 } });
      const error = await rejection(provider.getToken());
      const cause = error instanceof TokenUnavailableError ? error.cause : error;
      expect(cause).to.be.instanceOf(TokenResponseError);
    });
  });
});
