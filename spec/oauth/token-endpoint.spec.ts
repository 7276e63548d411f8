import { expect } from 'chai';
import sinon from 'sinon';
import {
  type TokenAttemptError,
  TokenEndpointError,
  TokenRequestError,
  TokenResponseError,
} from '../../lib/ground/errors.js';
import { isDoubtfulAddress } from '../../lib/oauth/failure-kinds.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import type { Target } from '../../lib/oauth/target.js';
import { type InTurn, TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import { makeProofKey } from '../support/proof-keys.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedRequest, ScriptedServer } from '../support/scripted-server.js';
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

  it('shows no token that is held, be it in a refusal or in the words of a transport', async () => {
    const held = 'opaque-0123456789';
    const ends: ((sent: ScriptedRequest) => void)[] = [
      (sent) => sent.answer(400, { error: `x ${held}`, error_description: `has ${held}` }),
      (sent) => sent.fail(`has_${held}`),
      (sent) => sent.answer(200, { access_token: 'abc', token_type: held }),
    ];
    for (const end of ends) {
      const failure = rejection(endpoint().requestToken(clientWith(), never, atOnce, () => [held]));
      await time.settle();
      end(server.last);
      expect((await failure).message)
        .to.contain('[token]')
        .and.not.contain(held);
    }
  });

  it('counts it from the last sending, where the first one was told a nonce or met a closed connection', async () => {
    const firsts: ((first: ScriptedRequest) => void)[] = [
      (first) => first.answer(400, { error: 'use_dpop_nonce' }, { 'DPoP-Nonce': 'n1' }),
      (first) => first.meetClosedConnection(),
    ];
    for (const end of firsts) {
      const token = endpoint().requestToken({ ...clientWith(), proofKey: makeProofKey() }, never, atOnce);
      await time.pass(700);
      end(server.last);
      await time.pass(0);
      const sentWall = Date.now();
      await time.pass(200);
      server.last.grant('abc', { token_type: 'DPoP', expires_in: 600 });
      expect((await token).sentAt.wall).to.equal(sentWall);
    }
  });

  it('gives up after requestTimeoutMs, also when the adapter pays no heed', async () => {
    const failure = rejection(request(never));
    await time.pass(1_000);
    expect(await failure)
      .to.be.instanceOf(TokenRequestError)
      .and.include({ reason: 'ETIMEDOUT' });
    expect(time.armed).to.equal(0);
  });

  it('tells a server whose token endpoint is not there, and none that answers', async () => {
    const doubt = sinon.spy();
    const { server: place } = target;
    const known = {
      id: place.id,
      address: place.address,
      metadata: (signal: AbortSignal) => place.metadata(signal),
    };
    for (const [status, times] of [
      [404, 1],
      [401, 1],
      [503, 1],
      [405, 2],
    ] as const) {
      const failure = rejection(
        endpoint().requestToken({ ...clientWith(), server: { ...known, doubt } }, never, atOnce),
      );
      await time.settle();
      server.last.answer(status);
      await failure;
      expect(doubt.callCount, `${status}`).to.equal(times);
    }
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

  describe('with a server that', () => {
    const page = '<!doctype html><title>Log in</title>';
    const asked: [string, (request: ScriptedRequest) => unknown][] = [
      ['answers 404', (request) => request.answer(404)],
      ['answers 405 with a page', (request) => request.answer(405, page)],
      ["answers 404 with a framework's words", (request) => request.answer(404, { error: 'Not Found' })],
      ['answers 200 with a page', (request) => request.answer(200, page)],
      ['is not found', (request) => request.fail('ENOTFOUND')],
    ];
    for (const [what, respond] of asked) {
      it(`${what}: most likely the address is wrong, unless it has given a token before`, async () => {
        const one = endpoint();
        const other = { ...target, server: new KnownTokenEndpoint('https://other.example/token') };
        const ask = async (of: Target) => {
          server.respond = respond;
          return rejection<TokenAttemptError>(one.requestToken(of, never, atOnce));
        };
        const before = await ask(target);
        expect([before.permanent, isDoubtfulAddress(before)]).to.deep.equal([true, true]);
        server.respond = (request) => request.grant('abc');
        await one.requestToken(target, never, atOnce);
        const after = await ask(target);
        expect([after.permanent, after.constructor]).to.deep.equal([false, before.constructor]);
        expect((await ask(other)).permanent).to.equal(true);
      });
    }

    it('has given a token to another process is there', async () => {
      const one = endpoint();
      server.respond = (request) => request.answer(404);
      one.noteGiver(target.server);
      const failure = await rejection<TokenAttemptError>(one.requestToken(target, never, atOnce));
      expect(failure.permanent).to.equal(false);
      expect(failure.message).to.contain('a gateway in front of it');
    });

    it('answers without a token has given none', async () => {
      const one = endpoint();
      for (const body of [{ error: 'invalid_client' }, { token_type: 'Bearer' }, { access_token: 'a b' }]) {
        server.respond = (request) => request.answer(200, body);
        await rejection(one.requestToken(target, never, atOnce));
      }
      server.respond = (request) => request.answer(404);
      expect(await rejection(one.requestToken(target, never, atOnce))).to.include({ permanent: true });
    });

    it('answers 200 with an error refuses for good, in these words', async () => {
      server.respond = (request) => request.answer(200, { error: 'bad_credentials', access_token: '' });
      expect(await rejection(request(never)))
        .to.be.instanceOf(TokenEndpointError)
        .and.include({ httpStatus: 200, error: 'bad_credentials', permanent: true });
    });
  });

  it('takes the further names of bearer tokens that the target has', async () => {
    server.respond = (request) => request.grant('abc', { token_type: 'App Token' });
    const named = { ...target, tokenTypes: ['app token'] };
    expect(await endpoint().requestToken(named, never, atOnce)).to.include({ tokenType: 'App Token' });
    expect((await rejection(request(never))).message).to.contain('option tokenType');
  });

  it('speaks of form-encoding only where the credentials have characters that it changes', async () => {
    server.respond = (request) => request.refuse('invalid_client', 401);
    const messageFor = async (
      clientId: string,
      secret: string,
      method: Parameters<typeof authenticatorOf>[1] = 'basic',
    ) => {
      const client = { ...target, clientId, authenticator: authenticatorOf(secret, method) };
      return (await rejection(endpoint().requestToken(client, never, atOnce))).message;
    };
    for (const [id, secret] of [
      ['acme', 'p+w'],
      ['acme', 'p%w'],
      ['urn:acme', 's3cret'],
      ['acme', 'пароль'],
    ] as const)
      expect(await messageFor(id, secret), secret).to.match(/try authentication: 'basic-raw'\.$/);
    expect(await messageFor('acme', 'p+w', 'basic-raw')).to.match(/try authentication: 'basic'\.$/);
    for (const secret of ['s3cret', 'A-b_c.d*9'])
      expect(await messageFor('acme', secret), secret).to.not.contain('try authentication');
    expect(await messageFor('acme', 'p+w', 'post')).to.not.contain('try authentication');
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

    for (const [status, body] of [
      [401, { error: 'unauthorized_client' }],
      [401, { error: 'access_denied' }],
      [400, { error: 'invalid_grant' }],
      [400, { error: 'invalid_request' }],
      [400, { error: 'InvalidCredentials' }],
      [400, ''],
      [422, { error: 'oops' }],
      [200, { error: 'incorrect_client_credentials' }],
      [404, { error: 'client_not_found' }],
    ] as const) {
      it(`does the same after ${status} ${JSON.stringify(body)}`, async () => {
        const supply = sinon.stub().onFirstCall().resolves('old').onSecondCall().resolves('new');
        server.respond = (request, count) =>
          count === 1 ? request.answer(status, body) : request.grant('abc');
        await request(never, supply);
        expect(secretsSent()).to.deep.equal(['old', 'new']);
      });
    }

    it('knows the refusal though the secret is a part of its word', async () => {
      const supply = sinon.stub().onFirstCall().resolves('credential').onSecondCall().resolves('new');
      server.respond = (request, count) =>
        count === 1 ? request.answer(422, { error: 'wrong_credential' }) : request.grant('abc');
      await request(never, supply);
      expect(secretsSent()).to.deep.equal(['credential', 'new']);
    });

    it('asks at most once in 5 s, however often and for however many targets the client is refused', async () => {
      const supply = sinon.stub().resolves('old');
      const client = clientWith(supply);
      const one = endpoint();
      server.respond = (request) => request.refuse('invalid_client', 401);
      const refuse = (scope: string) =>
        rejection(one.requestToken({ ...client, scope: [scope] }, never, atOnce));
      for (let second = 0; second < 10; second += 1) {
        await Promise.all([refuse('a'), refuse('b')]);
        await time.pass(1_000);
      }
      // The two at the start ask because they have no secret yet; then once at 0 s, and once at 5 s.
      expect(supply.callCount).to.equal(4);
      supply.resolves('new');
      server.respond = (request) =>
        String(request.config.data).includes('=new')
          ? request.grant('abc')
          : request.refuse('invalid_client', 401);
      expect(await one.requestToken(client, never, atOnce)).to.include({ value: 'abc' });
    });

    it('tries no other authenticator more often either, though it says at each time that it has something new', async () => {
      const renew = sinon.stub().resolves(true);
      const authenticator = { id: 'own', authenticate: () => ({}), secrets: () => [], renew };
      const one = endpoint();
      server.respond = (request) => request.refuse('invalid_client', 401);
      for (let count = 0; count < 5; count += 1)
        await rejection(one.requestToken({ ...target, authenticator }, never, atOnce));
      expect([renew.callCount, server.requests.length]).to.deep.equal([1, 6]);
    });

    it('tells of the refusal where the second request cannot be prepared', async () => {
      const authenticate = sinon.stub().returns({}).onSecondCall().throws(new Error('hush'));
      const authenticator = { id: 'own', authenticate, secrets: () => [], renew: () => true };
      server.respond = (request) => request.refuse('invalid_client', 401);
      expect(
        await rejection(endpoint().requestToken({ ...target, authenticator }, never, atOnce)),
      ).to.include({
        error: 'invalid_client',
      });
    });

    it('does not ask again for any other error', async () => {
      const supply = sinon.stub().resolves('s3cret');
      server.respond = (request) => request.refuse('invalid_scope');
      await rejection(request(never, supply));
      expect(supply.callCount).to.equal(1);
    });
  });
});
