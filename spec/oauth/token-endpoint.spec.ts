import { expect } from 'chai';
import sinon from 'sinon';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../lib/ground/errors.js';
import type { Target } from '../../lib/oauth/target.js';
import { type InTurn, TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { authenticatorOf, target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

/** A client that proves itself in the body, where the specs see its secret. */
const clientWith = (secret?: Parameters<typeof authenticatorOf>[0]): Target => ({
  ...target,
  authenticator: authenticatorOf(secret, 'post'),
});

describe('TokenEndpoint', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  const never = new AbortController().signal;
  const atOnce: InTurn = (send) => send();
  const endpoint = () => new TokenEndpoint(settings({ http: server.http, requestTimeoutMs: 1_000 }));
  const request = (signal: AbortSignal, supply: () => string | Promise<string> = () => 's3cret') =>
    endpoint().requestToken(clientWith(supply), signal, atOnce);
  const secretsSent = () =>
    server.requests.map(({ config }) => new URLSearchParams(String(config.data)).get('client_secret'));

  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
  });
  afterEach(() => time.restore());

  it('gives the token, counted from when the request went out', async () => {
    const sentWall = Date.now();
    const token = request(never);
    await time.pass(700);
    server.last.grant('abc');
    expect(await token).to.deep.include({ value: 'abc', lifetimeMs: 600_000 });
    expect((await token).sentAt.wall).to.equal(sentWall);
  });

  it('gives up after requestTimeoutMs, also when the adapter pays no heed', async () => {
    const failure = rejection(request(never));
    await time.pass(1_000);
    expect(await failure)
      .to.be.instanceOf(TokenRequestError)
      .and.include({ reason: 'ETIMEDOUT' });
    expect(time.armed).to.equal(0);
  });

  it('names the token endpoint without its query', async () => {
    server.respond = (request) => request.answer(503);
    expect((await rejection(request(never))).message).to.match(/^https:\/\/as\.example\/token answered/);
  });

  for (const [status, Class] of [
    [199, TokenEndpointError],
    [201, TokenResponseError],
    [299, TokenResponseError],
    [300, TokenEndpointError],
  ] as const) {
    it(`takes an answer of ${status} for a ${Class.name}`, async () => {
      server.respond = (request) => request.answer(status);
      expect(await rejection(request(never))).to.be.instanceOf(Class);
    });
  }

  it('passes on the reason of an abort', async () => {
    const own = new AbortController();
    const failure = rejection(request(own.signal));
    await time.settle();
    own.abort(new Error('closed'));
    expect((await failure).message).to.equal('closed');
    expect(time.armed).to.equal(0);
  });

  describe('after invalid_client', () => {
    it('asks for the secret once more, and tries a new one at once', async () => {
      const supply = sinon.stub().onFirstCall().resolves('old').onSecondCall().resolves('new');
      server.respond = (request, count) =>
        count === 1 ? request.refuse('invalid_client', 401) : request.grant('abc');
      expect(await request(never, supply)).to.include({ value: 'abc' });
      expect(secretsSent()).to.deep.equal(['old', 'new']);
    });

    it('does the same after a bare 401 or 403', async () => {
      for (const status of [401, 403]) {
        server.requests.length = 0;
        const supply = sinon.stub().onFirstCall().resolves('old').onSecondCall().resolves('new');
        server.respond = (request, count) => (count === 1 ? request.answer(status) : request.grant('abc'));
        await request(never, supply);
        expect(secretsSent()).to.deep.equal(['old', 'new']);
      }
    });

    it('asks for secrets beside the queue, and takes a turn for each request', async () => {
      const log: string[] = [];
      const supply = () => `${log.push('asked')}`;
      server.respond = (request, count) =>
        count === 1 ? request.refuse('invalid_client', 401) : request.grant('abc');
      const client = clientWith(supply);
      const inTurn: InTurn = async (send) => {
        log.push('turn');
        return send().finally(() => log.push('done'));
      };
      await endpoint().requestToken(client, never, inTurn);
      expect(log).to.deep.equal(['asked', 'turn', 'done', 'asked', 'turn', 'done']);
    });

    it('keeps using the new secret', async () => {
      const supply = sinon.stub().onFirstCall().resolves('old').onSecondCall().resolves('new');
      server.respond = (request, count) =>
        count === 1 ? request.refuse('invalid_client', 401) : request.grant('abc');
      const client = clientWith(supply);
      await endpoint().requestToken(client, never, atOnce);
      await endpoint().requestToken(client, never, atOnce);
      expect(secretsSent()).to.deep.equal(['old', 'new', 'new']);
    });

    it('makes no second request when the secret is the same, is refused again, or cannot be had', async () => {
      server.respond = (request) => request.refuse('invalid_client', 401);
      const suppliers = [
        sinon.stub().resolves('same'),
        sinon.stub().onFirstCall().resolves('old').onSecondCall().rejects(new Error('vault sealed')),
      ];
      for (const supply of suppliers) {
        server.requests.length = 0;
        const error = await rejection(request(never, supply));
        expect(error).to.be.instanceOf(TokenEndpointError).and.include({ error: 'invalid_client' });
        expect([supply.callCount, server.requests.length]).to.deep.equal([2, 1]);
      }
      server.requests.length = 0;
      let count = 0;
      await rejection(request(never, () => `secret-${++count}`));
      expect(secretsSent()).to.deep.equal(['secret-1', 'secret-2']);
    });

    it('does not ask again for any other error', async () => {
      const supply = sinon.stub().resolves('s3cret');
      server.respond = (request) => request.refuse('invalid_scope');
      await rejection(request(never, supply));
      expect(supply.callCount).to.equal(1);
    });
  });
});
