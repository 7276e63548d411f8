import { expect } from 'chai';
import { MemoryTokenStore, TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { CachingServer, type CachingServerOptions, type Saying } from '../support/caching-server.js';
import { askSteadily, SteadyCallers } from '../support/steady-callers.js';
import { VirtualTime } from '../support/virtual-time.js';

const SAYINGS: readonly Saying[] = ['rounded down', 'rounded', 'rounded up', 'exact', 'unsaid'];
const LIFETIMES = 20;

describe('a server that gives the same token until it ends', () => {
  let time: VirtualTime;
  let server: CachingServer;
  let providers: TokenProvider[];
  beforeEach(() => {
    time = new VirtualTime();
    providers = [];
  });
  afterEach(async () => {
    const closed = Promise.all(providers.map((provider) => provider.close()));
    await time.pass(20_000);
    await closed;
    expect(time.armed).to.equal(0);
    time.restore();
  });

  const serve = (options: Partial<CachingServerOptions> = {}) => {
    server = new CachingServer({ lifetimeMs: 300_000, saying: 'rounded down', wayMs: 20, ...options });
  };
  const open = (options: Partial<TokenProviderOptions> = {}, habits = {}) => {
    const provider = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      clientSecret: 's3cret',
      http: server.http,
      defaultLifetimeMs: server.options.lifetimeMs,
      ...options,
    });
    providers.push(provider);
    return new SteadyCallers(provider, server, habits);
  };
  const rhythm = ({ lifetimes = LIFETIMES } = {}) => ({
    everyMs: server.options.lifetimeMs > 60_000 ? 1_000 : 10,
    forMs: server.options.lifetimeMs * lifetimes,
  });
  /** Nobody failed, and nobody was alarmed. */
  const expectCalm = (...all: readonly SteadyCallers[]) => {
    for (const { errors, alarms } of all) expect([errors, alarms]).to.deep.equal([[], []]);
  };
  /**
   * They waited once a token at most, for one request. Where the end is known but to the second, the server may give the token once
   * more with nothing left: then for that second as well, and the request after it.
   */
  const expectFewWaits = (callers: SteadyCallers, { isEndRounded = false, isEndWrong = false } = {}) => {
    const requestMs = 2 * server.options.wayMs;
    const furtherSeconds = Number(isEndRounded) + Number(isEndWrong);
    expect(callers.longestWaitMs).to.be.at.most(requestMs + furtherSeconds * (1_000 + requestMs));
    expect(callers.waits.size).to.be.at.most(server.issued);
  };

  for (const lifetimeMs of [300_000, 4_000]) {
    for (const saying of SAYINGS) {
      for (const wayMs of [0, 50]) {
        it(`fails nobody: ${lifetimeMs / 1_000} s, ${saying}, ${wayMs} ms away`, async () => {
          serve({ lifetimeMs, saying, wayMs });
          const callers = open();
          await askSteadily(time, [callers], rhythm());
          expectCalm(callers);
          expectFewWaits(callers);
          // Who is not told of an end looks for it at times, and meets a token that has ended.
          const leastIssued = saying === 'unsaid' ? LIFETIMES * 0.6 : LIFETIMES - 1;
          expect(server.issued).to.be.within(leastIssued, LIFETIMES + 1);
          // The last one may still be on its way.
          expect(callers.refreshes).to.be.within(server.issued - 1, server.issued);
          expect(server.requests.length).to.be.at.most(3 * server.issued);
          if (saying !== 'unsaid') expect(callers.longestDeadMs).to.be.at.most(0);
        });
      }

      it(`fails nobody who comes in the middle: ${lifetimeMs / 1_000} s, ${saying}`, async () => {
        serve({ lifetimeMs, saying });
        const first = open();
        await askSteadily(time, [first], { everyMs: 10, forMs: lifetimeMs * 0.37 });
        const all = [first, ...Array.from({ length: 2 }, () => open())];
        const before = server.requests.length;
        await askSteadily(time, all, rhythm());
        expectCalm(...all);
        // Each asks for itself; a lifetime that was rounded is known but to the second.
        for (const callers of all) expectFewWaits(callers, { isEndRounded: true });
        expect(server.requests.length - before).to.be.at.most(3 * all.length * (LIFETIMES + 1));
        if (saying !== 'unsaid')
          for (const { longestDeadMs } of all) expect(longestDeadMs).to.be.at.most(1_000);
      });

      it(`fails nobody of a fleet: ${lifetimeMs / 1_000} s, ${saying}`, async () => {
        serve({ lifetimeMs, saying });
        const store = new MemoryTokenStore();
        const all = Array.from({ length: 4 }, () => open({ store }));
        await askSteadily(time, all, rhythm());
        expectCalm(...all);
        // A look at the store, and the looks of those who wait for the process that asks.
        for (const callers of all) expect(callers.longestWaitMs).to.be.at.most(1_500);
        expect(server.requests.length).to.be.at.most(3 * server.issued);
        if (saying !== 'unsaid') for (const { longestDeadMs } of all) expect(longestDeadMs).to.be.at.most(0);
      });
    }
  }

  it('is asked in the background alone, but for its last moment', async () => {
    serve({ lifetimeMs: 300_000, wayMs: 5_000 });
    const callers = open();
    await askSteadily(time, [callers], rhythm({ lifetimes: 5 }));
    expectCalm(callers);
    expectFewWaits(callers, { isEndRounded: true });
    expect(server.requests.length).to.be.at.most(3 * server.issued);
  });

  it('is asked by calls alone where nothing goes on in the background', async () => {
    serve();
    const callers = open({ refresh: { background: false } });
    await askSteadily(time, [callers], rhythm({ lifetimes: 5 }));
    expectCalm(callers);
    expectFewWaits(callers, { isEndRounded: true });
    expect(server.requests.length).to.be.at.most(3 * server.issued);
  });

  for (const saying of SAYINGS) {
    it(`comes up again, and gives other tokens: ${saying}`, async () => {
      serve({ saying });
      const store = new MemoryTokenStore();
      const [alone, ...fleet] = [open({}, { areAttached: true }), open({ store }), open({ store })];
      const all = [alone, ...fleet] as SteadyCallers[];
      await askSteadily(time, all, rhythm({ lifetimes: 1.9 }));
      server.restart();
      await askSteadily(time, all, rhythm({ lifetimes: 3 }));
      for (const { errors, alarms } of all) {
        expect(errors).to.deep.equal([]);
        expect(new Set(alarms)).to.deep.equal(new Set(alarms.length > 0 ? ['reject'] : []));
      }
      expectCalm(...fleet);
    });

    for (const [how, byMs] of [
      ['earlier', -50_000],
      ['a little earlier', -1_500],
      ['later', 40_000],
      ['a little later', 1_500],
      ['much later', 900_000],
    ] as const) {
      it(`changes its mind, and lets a token end ${how}: ${saying}`, async () => {
        serve({ saying });
        const callers = open();
        await askSteadily(time, [callers], rhythm({ lifetimes: 1.2 }));
        server.moveEnd(byMs);
        await askSteadily(time, [callers], rhythm({ lifetimes: 1 }));
        server.moveEnd(byMs);
        await askSteadily(time, [callers], rhythm({ lifetimes: 5 }));
        expectCalm(callers);
        expectFewWaits(callers, { isEndRounded: true, isEndWrong: true });
        expect(server.requests.length).to.be.at.most(3 * 7.2 + 3);
      });
    }

    it(`changes its mind, and gives new tokens each time, and then the same again: ${saying}`, async () => {
      serve({ saying });
      const callers = open();
      for (const isCaching of [true, false, true]) {
        server.isCaching = isCaching;
        await askSteadily(time, [callers], rhythm({ lifetimes: 3.3 }));
      }
      expectCalm(callers);
      expect(callers.waits.size).to.be.at.most(8);
    });
  }

  it('lets its token live anew each time, so that nobody waits', async () => {
    serve();
    const callers = open();
    server.standIn = (request) => request.grant('static', { expires_in: 300 });
    server.ends.set('static', Number.POSITIVE_INFINITY);
    await askSteadily(time, [callers], rhythm());
    expectCalm(callers);
    expect(callers.waits.size).to.equal(1);
    expect(server.requests.length).to.be.at.most(3 * LIFETIMES + 1);
  });

  describe('and gives one that was rejected', () => {
    it('fails until it gives another one, and not for longer', async () => {
      serve();
      const callers = open();
      const [provider] = providers as [TokenProvider];
      await askSteadily(time, [callers], rhythm({ lifetimes: 0.1 }));
      provider.invalidate('t1');
      await time.settle();
      callers.call();
      await time.pass(10_000);
      expect(callers.alarms.slice(0, 2)).to.deep.equal(['reject', 'retry']);
      expect(provider.peek()).to.equal(undefined);
      server.restart();
      await time.pass(20_000);
      expect([callers.errors, provider.peek()?.value]).to.deep.equal([[], 't2']);
    });

    it('is taken at its word after the end that was known of it', async () => {
      serve();
      const callers = open({ refresh: { keepWarm: true } });
      const [provider] = providers as [TokenProvider];
      server.standIn = (request) => request.grant('static', {});
      server.ends.set('static', Number.POSITIVE_INFINITY);
      await askSteadily(time, [callers], rhythm({ lifetimes: 0.1 }));
      provider.invalidate('static');
      await time.pass(260_000);
      expect([provider.peek(), callers.alarms.includes('failure')]).to.deep.equal([undefined, true]);
      await time.pass(30_000);
      expect(provider.peek()?.value).to.equal('static');
      expect(provider.status()[0]).to.include({ consecutiveFailures: 0 });
    });
  });

  describe('and then none', () => {
    it('raises one alarm at that end, and says when it is over', async () => {
      serve();
      const callers = open();
      await askSteadily(time, [callers], rhythm({ lifetimes: 0.9 }));
      server.standIn = (request) => request.answer(503);
      await askSteadily(time, [callers], { everyMs: 10_000, forMs: 120_000 });
      expect(callers.alarms.filter((name) => name === 'expire').length).to.equal(1);
      expect(callers.alarms).to.include('failure');
      server.standIn = undefined;
      const before = callers.refreshes;
      await askSteadily(time, [callers], rhythm({ lifetimes: 3 }));
      expect(callers.alarms.filter((name) => name === 'expire').length).to.equal(1);
      expect(callers.refreshes - before).to.be.within(3, 4);
    });

    it('raises none where that is over before the end', async () => {
      serve();
      const callers = open();
      await askSteadily(time, [callers], rhythm({ lifetimes: 0.2 }));
      server.standIn = (request) => request.answer(503);
      await askSteadily(time, [callers], rhythm({ lifetimes: 0.6 }));
      server.standIn = undefined;
      await askSteadily(time, [callers], rhythm({ lifetimes: 3 }));
      expect(callers.errors).to.deep.equal([]);
      expect(callers.alarms).to.not.include('expire');
      expectFewWaits(callers, { isEndRounded: true });
    });
  });

  it('takes a token without any life for a malformed answer, unless it is the one held', async () => {
    serve();
    const callers = open();
    server.standIn = (request) => request.grant('lifeless', { expires_in: 0 });
    callers.call();
    await time.pass(200);
    expect(callers.alarms).to.deep.equal(['retry']);
    server.standIn = undefined;
    await time.pass(1_000);
    expect([callers.errors, callers.served]).to.deep.equal([[], 1]);
  });
});
