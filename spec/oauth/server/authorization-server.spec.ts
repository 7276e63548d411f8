import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { ProviderClosedError, TokenRequestError, TokenUnavailableError } from '../../../lib/ground/errors.js';
import {
  type AuthorizationServer,
  KnownTokenEndpoint,
  type ServerMetadata,
} from '../../../lib/oauth/server/authorization-server.js';
import { keyOf, summarize, type Target } from '../../../lib/oauth/target.js';
import { type InTurn, TokenEndpoint } from '../../../lib/oauth/token-endpoint.js';
import { queueSlotOf } from '../../../lib/renewal/attempt.js';
import { TokenSlot } from '../../../lib/token/token-slot.js';
import { EntryStage } from '../../support/entry-stage.js';
import { rejection } from '../../support/rejection.js';
import { settings } from '../../support/settings.js';
import { target } from '../../support/target.js';
import { watchUnhandled } from '../../support/unhandled.js';
import { VirtualTime } from '../../support/virtual-time.js';

describe('KnownTokenEndpoint', () => {
  const server = new KnownTokenEndpoint('https://as.example:8443/a/token?key=hidden');

  it('is told apart by its full address, and named without the query', () => {
    expect(server.id).to.equal('https://as.example:8443/a/token?key=hidden');
    expect(server.address).to.equal('https://as.example:8443/a/token');
  });

  it('knows its token endpoint at once', () => {
    expect(server.metadata()).to.include({ tokenEndpoint: 'https://as.example:8443/a/token?key=hidden' });
  });
});

const FOUND: ServerMetadata = { tokenEndpoint: 'https://login.example/token?tenant=hidden' };

type Discover = (count: number, signal: AbortSignal) => ServerMetadata | Promise<ServerMetadata>;

/** A server that must be asked where its token endpoint is. Written for this spec alone. */
class DiscoveredServer implements AuthorizationServer {
  readonly id = 'issuer https://id.example/tenants/7';
  readonly address = 'https://id.example';
  readonly signals: AbortSignal[] = [];

  constructor(readonly discover: Discover) {}

  metadata(signal: AbortSignal): ServerMetadata | Promise<ServerMetadata> {
    this.signals.push(signal);
    return this.discover(this.signals.length, signal);
  }
}

describe('an authorization server that must be discovered', () => {
  let time: VirtualTime;
  let stage: EntryStage;
  let unhandled: ReturnType<typeof watchUnhandled>;
  beforeEach(() => {
    unhandled = watchUnhandled();
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    stage = new EntryStage({ requestTimeoutMs: 1_000, retry: { retries: 2 } });
  });
  afterEach(async () => {
    await stage.close();
    expect(time.armed).to.equal(0);
    expect(await unhandled()).to.deep.equal([]);
    sinon.restore();
    time.restore();
  });

  const hang = () => new Promise<never>(() => undefined);
  const at = (server: AuthorizationServer): Target => ({ ...target, server });
  const atOnce: InTurn = (work) => work();
  const request = (
    server: AuthorizationServer,
    signal = new AbortController().signal,
    inTurn: InTurn = atOnce,
  ) =>
    new TokenEndpoint(settings({ http: stage.server.http, requestTimeoutMs: 1_000 })).requestToken(
      at(server),
      signal,
      inTurn,
    );
  const later = async (ms: number, work: () => ServerMetadata): Promise<ServerMetadata> => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return work();
  };
  const urls = () => stage.server.requests.map(({ config }) => config.url);

  describe('for one request', () => {
    it('may name its token endpoint at once', async () => {
      stage.server.respond = (asked) => asked.grant('t1');
      expect(await request(new DiscoveredServer(() => FOUND))).to.include({ value: 't1' });
      expect(urls()).to.deep.equal([FOUND.tokenEndpoint]);
    });

    it('is waited for, and then asked where it says, for a token that counts from then on', async () => {
      stage.server.respond = (asked) => asked.grant('t1');
      const sentWall = Date.now() + 900;
      const token = request(new DiscoveredServer(() => later(900, () => FOUND)));
      await time.pass(899);
      expect(urls()).to.deep.equal([]);
      await time.pass(1);
      expect((await token).sentAt.wall).to.equal(sentWall);
      expect(urls()).to.deep.equal([FOUND.tokenEndpoint]);
    });

    it('takes no turn of the queue before its token endpoint is known', async () => {
      stage.server.respond = (asked) => asked.grant('t1');
      const inTurn = sinon.spy(atOnce);
      const token = request(new DiscoveredServer(() => later(500, () => FOUND)), undefined, inTurn as InTurn);
      await time.pass(499);
      expect(inTurn.callCount).to.equal(0);
      await time.pass(1);
      await token;
      expect(inTurn.callCount).to.equal(1);
    });

    it('is asked again for the next request, and may have moved', async () => {
      stage.server.respond = (asked) => asked.grant('t1');
      const server = new DiscoveredServer(async (count) => ({
        tokenEndpoint: `https://login.example/${count}`,
      }));
      await request(server);
      await request(server);
      expect(urls()).to.deep.equal(['https://login.example/1', 'https://login.example/2']);
    });

    it('is named by its address in what the token endpoint answers, whose own address does not show', async () => {
      stage.server.respond = (asked) => asked.answer(503);
      const error = await rejection(request(new DiscoveredServer(async () => FOUND)));
      expect(error.message).to.match(/^https:\/\/id\.example answered 503/);
      expect(inspect(error)).to.not.contain('hidden');
    });

    for (const [what, discover] of [
      ['rejects', () => Promise.reject(new Error('no hush-hush'))],
      ['rejects later', () => later(900, () => JSON.parse('hush-hush'))],
      ['rejects with what is no error', () => Promise.reject('hush-hush')],
    ] as [string, Discover][]) {
      it(`makes a passing error, without its words, where discovery ${what}`, async () => {
        const failure = rejection<TokenRequestError>(request(new DiscoveredServer(discover)));
        await time.pass(900);
        const error = await failure;
        expect(error).to.be.instanceOf(TokenRequestError).and.include({
          reason: 'ERR_TOKEN_REQUEST_PREPARATION',
          permanent: false,
        });
        expect(error.message).to.match(/^No token request was sent: the discovery of .* threw\.$/);
        expect(inspect(error, { depth: null, showHidden: true })).to.not.contain('hush');
        expect(urls()).to.deep.equal([]);
      });
    }

    it('fails as discovery says, where that is an error of an attempt', async () => {
      const error = new TokenRequestError('https://id.example names another issuer.', 'ERR_ISSUER', true);
      expect(await rejection(request(new DiscoveredServer(() => Promise.reject(error))))).to.equal(error);
    });

    it('is waited for as long as a request may take, and not 1 ms longer', async () => {
      let settle = (_: ServerMetadata | PromiseLike<ServerMetadata>): void => undefined;
      const failure = rejection<TokenRequestError>(
        request(new DiscoveredServer(() => new Promise((resolve) => (settle = resolve)))),
      );
      const over = sinon.spy();
      void failure.then(over);
      await time.pass(999);
      expect(over.callCount).to.equal(0);
      await time.pass(1);
      expect(over.callCount).to.equal(1);
      expect(await failure)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ permanent: false });
      expect((await failure).message).to.match(
        /the discovery of .* gave no answer within 1000 ms \(requestTimeoutMs\)/,
      );
      expect(time.armed).to.equal(0);
      settle(Promise.reject(new Error('too late')));
      await time.settle();
      expect(urls()).to.deep.equal([]);
    });

    it('is told when nobody waits for it any more, and passes on the reason', async () => {
      const own = new AbortController();
      const server = new DiscoveredServer(
        (_, signal) =>
          new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      const failure = rejection(request(server, own.signal));
      await time.settle();
      own.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
      expect(server.signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
      expect(time.armed).to.equal(0);
    });
  });

  describe('behind an entry', () => {
    it('gives its token when it has been found', async () => {
      stage.server.respond = (asked) => asked.grant('t1');
      const entry = stage.entry(at(new DiscoveredServer(() => later(700, () => FOUND))));
      const token = stage.get(entry);
      await time.pass(700);
      expect(await token).to.equal('t1');
      expect(await stage.get(entry)).to.equal('t1');
      expect(stage.heard('refresh')[0]).to.include({ attempts: 1, durationMs: 700 });
    });

    it('is asked again where discovery fails in passing, at the pace of every retry', async () => {
      stage.server.respond = (asked) => asked.grant('t1');
      const server = new DiscoveredServer((count) =>
        count < 3 ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve(FOUND),
      );
      const token = stage.get(stage.entry(at(server)));
      await time.pass(300);
      expect(server.signals).to.have.length(2);
      await time.pass(600);
      expect(await token).to.equal('t1');
      expect(stage.heard('retry').map(({ delayMs }) => delayMs)).to.deep.equal([300, 600]);
      expect(urls()).to.have.length(1);
    });

    it('is not asked again soon where discovery fails for good: callers are told the same meanwhile', async () => {
      const error = new TokenRequestError('https://id.example names another issuer.', 'ERR_ISSUER', true);
      const server = new DiscoveredServer(() => Promise.reject(error));
      const entry = stage.entry(at(server));
      expect(await rejection(stage.get(entry))).to.equal(error);
      expect(await rejection(stage.get(entry))).to.equal(error);
      expect(server.signals).to.have.length(1);
      expect(stage.heard('failure')).to.have.length(1);
      expect(stage.heard('failure')[0]).to.include({ permanent: true, attempts: 1 });
    });

    it('fails its callers after the last attempt where discovery hangs', async () => {
      const server = new DiscoveredServer(hang);
      const failure = rejection<TokenUnavailableError>(stage.get(stage.entry(at(server))));
      await time.pass(1_000 + 300 + 1_000 + 600 + 1_000);
      expect(await failure).to.be.instanceOf(TokenUnavailableError);
      expect((await failure).cause).to.be.instanceOf(TokenRequestError);
      expect(server.signals).to.have.length(3);
      expect(urls()).to.deep.equal([]);
    });

    it('lets its callers go when it is closed while discovery hangs', async () => {
      const server = new DiscoveredServer(hang);
      const failure = rejection(stage.get(stage.entry(at(server))));
      await time.settle();
      await stage.close();
      expect(await failure).to.be.instanceOf(ProviderClosedError);
      expect(server.signals.every(({ aborted }) => aborted)).to.equal(true);
      expect(time.armed).to.equal(0);
    });

    it('holds up no other server while discovery hangs, also where one request may be under way at once', async () => {
      const narrow = new EntryStage({ maxConcurrentRequests: 1 });
      narrow.server.respond = (asked) => asked.grant('t1');
      const stuck = rejection(narrow.get(narrow.entry(at(new DiscoveredServer(hang)))));
      await time.settle();
      expect(await narrow.get(narrow.entry(target))).to.equal('t1');
      await narrow.close();
      await stuck;
    });
  });

  describe('in its identity, which is known before it is found', () => {
    const server = new DiscoveredServer(hang);
    const same = new DiscoveredServer(() => FOUND);

    it('has its lane in the queue by its id', () => {
      const owner = new TokenSlot();
      expect(queueSlotOf(at(server), owner)).to.deep.equal({ lane: server.id, owner });
    });

    it('has its retry budget by its address', async () => {
      const entry = stage.entry(at(server));
      void rejection(stage.get(entry));
      await time.settle();
      expect(stage.budgets).to.deep.equal(['https://id.example']);
    });

    it('is part of the key by its id, whatever object it is', () => {
      expect(keyOf(at(server)))
        .to.equal(keyOf(at(same)))
        .and.contain(server.id);
      expect(keyOf(at(server))).to.not.contain('login.example');
      expect(keyOf(at(server))).to.not.equal(keyOf(at(new KnownTokenEndpoint(server.address))));
    });

    it('is summarized by its address: in events, and in the status', async () => {
      expect(summarize(at(server)).tokenEndpoint).to.equal('https://id.example');
      stage.server.respond = (asked) => asked.grant('t1');
      const entry = stage.entry(at(same));
      await stage.get(entry);
      expect(entry.status().target.tokenEndpoint).to.equal('https://id.example');
      expect(stage.heard('refresh')[0]?.target).to.deep.equal(summarize(at(server)));
    });
  });
});
