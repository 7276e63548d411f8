import { expect } from 'chai';
import type { FailureEvent, RetryEvent } from '../../lib/index.js';
import {
  MemoryTokenStore,
  TokenEndpointError,
  TokenProvider,
  type TokenProviderOptions,
  TokenRequestError,
  TokenResponseError,
} from '../../lib/index.js';
import { CachingServer } from '../support/caching-server.js';
import type { ScriptedRequest } from '../support/scripted-server.js';
import { askSteadily, SteadyCallers } from '../support/steady-callers.js';
import { VirtualTime } from '../support/virtual-time.js';

type Answer = (request: ScriptedRequest) => void;

const PAGE = '<!doctype html><title>Not here</title>';

/** What gateways answer while there is nothing behind them: nobody can tell it from a wrong address by itself. */
const DOUBTFUL: readonly (readonly [string, Answer, new (...args: never) => Error])[] = [
  ['404', (request) => request.answer(404), TokenEndpointError],
  ['404 with a page', (request) => request.answer(404, PAGE), TokenEndpointError],
  ['405', (request) => request.answer(405), TokenEndpointError],
  ['200 with a page', (request) => request.answer(200, PAGE), TokenResponseError],
  ['an unknown host', (request) => request.fail('ENOTFOUND'), TokenRequestError],
];

const PASSING: readonly (readonly [string, Answer])[] = [
  ['503', (request) => request.answer(503)],
  ['a reset connection', (request) => request.fail('ECONNRESET')],
];

/** What somebody must mend; and how soon it may be tried again at the earliest, in ms. */
const PERMANENT: readonly (readonly [string, Answer, number])[] = [
  ['a refused client', (request) => request.refuse('invalid_client', 401), 5_000],
  ['a bare 403', (request) => request.answer(403), 5_000],
  ['a refused scope', (request) => request.refuse('invalid_scope'), 500],
  ['410', (request) => request.answer(410), 500],
  ['a redirect', (request) => request.answer(302, '', { location: 'https://elsewhere.example/' }), 500],
  ['an expired certificate', (request) => request.fail('CERT_HAS_EXPIRED'), 500],
];

describe('an endpoint that is not there for a moment', () => {
  let time: VirtualTime;
  let server: CachingServer;
  let providers: TokenProvider[];
  beforeEach(() => {
    time = new VirtualTime();
    providers = [];
    serve(600_000);
  });
  afterEach(async () => {
    const closed = Promise.all(providers.map((provider) => provider.close()));
    await time.pass(2_000);
    await closed;
    expect(time.armed).to.equal(0);
    time.restore();
  });

  const serve = (lifetimeMs: number) => {
    server = new CachingServer({ lifetimeMs, saying: 'exact', wayMs: 20 });
    server.isCaching = false;
  };
  const open = (options: Partial<TokenProviderOptions> = {}) => {
    const provider = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      clientSecret: 's3cret',
      http: server.http,
      ...options,
    });
    providers.push(provider);
    return new SteadyCallers(provider, server);
  };
  /** From the next request on, for so long. */
  const goAway = (answer: Answer, forMs: number) => {
    let backAt = Number.POSITIVE_INFINITY;
    server.standIn = (request) => {
      backAt = Math.min(backAt, Date.now() + forMs);
      if (Date.now() < backAt) answer(request);
      else {
        server.standIn = undefined;
        request.grant(`t${server.requests.length}`, { expires_in: server.options.lifetimeMs / 1_000 });
      }
    };
  };
  const listen = () => {
    const events: (RetryEvent | FailureEvent)[] = [];
    for (const provider of providers) {
      provider.on('retry', (event) => events.push(event));
      provider.on('failure', (event) => events.push(event));
    }
    return events;
  };

  describe('at a renewal', () => {
    for (const [what, answer] of [...DOUBTFUL, ...PASSING]) {
      for (const forMs of [500, 1_000, 10_000, 240_000]) {
        it(`is noticed by nobody: ${what} for ${forMs / 1_000} s`, async () => {
          const callers = open();
          await askSteadily(time, [callers], { everyMs: 1_000, forMs: 10_000 });
          const events = listen();
          goAway(answer, forMs);
          await askSteadily(time, [callers], { everyMs: 500, forMs: 600_000 });
          expect(callers.errors).to.deep.equal([]);
          expect(callers.alarms).to.not.include('expire');
          expect(callers.waits.size).to.equal(1);
          expect(events.length).to.be.at.least(1);
          expect(events.filter(({ error }) => error.permanent)).to.deep.equal([]);
          expect(callers.refreshes).to.be.at.least(2);
        });
      }

      it(`fails nobody who has short tokens: ${what} for a second`, async () => {
        serve(4_000);
        const callers = open();
        await askSteadily(time, [callers], { everyMs: 10, forMs: 500 });
        for (let blip = 0; blip < 20; blip += 1) {
          goAway(answer, 1_000);
          await askSteadily(time, [callers], { everyMs: 10, forMs: 6_000 });
          while (server.standIn) await askSteadily(time, [callers], { everyMs: 10, forMs: 100 });
        }
        expect(callers.errors).to.deep.equal([]);
        // Where the third attempt fails just as the token ends, the fourth follows within 4 s.
        expect(callers.longestWaitMs).to.be.at.most(4_100);
      });

      it(`is noticed by nobody where the token has come by way of a store: ${what}`, async () => {
        const store = new MemoryTokenStore();
        const first = open({ store });
        await askSteadily(time, [first], { everyMs: 1_000, forMs: 1_000 });
        const second = open({ store });
        await askSteadily(time, [second], { everyMs: 1_000, forMs: 10_000 });
        expect(server.requests.length).to.equal(1);
        await providers.shift()?.close();
        const events = listen();
        goAway(answer, 10_000);
        await askSteadily(time, [second], { everyMs: 500, forMs: 320_000 });
        expect(second.errors).to.deep.equal([]);
        expect(second.refreshes).to.equal(2);
        // Tried again within a minute: it is known from the token held that the address is right.
        expect(server.requests.length).to.be.within(4, 12);
        expect(events.filter(({ error }) => error.permanent)).to.deep.equal([]);
      });
    }
  });

  describe('at a cold start', () => {
    for (const [what, answer, kind] of DOUBTFUL) {
      for (const forMs of [500, 1_000, 2_400]) {
        it(`is waited for: ${what} for ${forMs / 1_000} s`, async () => {
          const callers = open();
          goAway(answer, forMs);
          await askSteadily(time, [callers], { everyMs: 100, forMs: 4_000 });
          expect(callers.errors).to.deep.equal([]);
          expect(callers.longestWaitMs).to.be.at.most(forMs + 1_100);
        });
      }

      it(`is told after 3 s, and from then on at once: ${what}`, async () => {
        const callers = open();
        server.standIn = answer;
        callers.call();
        callers.call();
        // By then all six attempts may have been made, but no sooner.
        await time.pass(2_500);
        expect(callers.errors).to.deep.equal([]);
        await time.pass(600);
        expect(callers.errors.length).to.equal(2);
        for (const error of callers.errors) {
          expect(error).to.be.instanceOf(kind).and.have.property('permanent', true);
          expect(error).to.equal(callers.errors[0]);
        }
        expect(server.requests.length).to.be.within(4, 8);
        callers.call();
        await time.pass(1_100);
        expect(callers.errors.length).to.equal(3);
        expect(callers.alarms).to.include('failure');
      });

      it(`costs few requests where it is not there at all: ${what}`, async () => {
        const callers = open();
        server.standIn = answer;
        await askSteadily(time, [callers], { everyMs: 1_000, forMs: 3_600_000 });
        expect(callers.served).to.equal(0);
        expect(server.requests.length).to.be.within(3_600 / 15, 3_600 / 7.5 + 20);
      });

      it(`is over for everybody 15 s after it is there: ${what} for 4 min`, async () => {
        const callers = open();
        server.standIn = answer;
        await askSteadily(time, [callers], { everyMs: 1_000, forMs: 240_000 });
        server.standIn = undefined;
        await askSteadily(time, [callers], { everyMs: 1_000, forMs: 16_000 });
        const told = callers.errors.length;
        await askSteadily(time, [callers], { everyMs: 1_000, forMs: 60_000 });
        expect([callers.errors.length, callers.served > 60]).to.deep.equal([told, true]);
      });
    }

    it('is told as what it is, where it is something else by then', async () => {
      const callers = open();
      goAway((request) => request.answer(404), 1_000);
      await time.settle();
      callers.call();
      await time.pass(600);
      server.standIn = (request) => request.refuse('invalid_client', 401);
      await time.pass(2_000);
      expect(callers.errors[0]).to.include({ error: 'invalid_client', permanent: true });
    });
  });

  describe('or does not want us for a while', () => {
    for (const [what, answer, leastMs] of PERMANENT) {
      for (const lifetimeMs of [60_000, 600_000, 36_000_000]) {
        it(`fails nobody if that is over 5.5 s before the token ends: ${what}, ${lifetimeMs / 1_000} s`, async () => {
          serve(lifetimeMs);
          const callers = open();
          const [provider] = providers as [TokenProvider];
          callers.call();
          await time.pass(100);
          const { dueAt = 0, expiresAt = 0 } = provider.peek() ?? {};
          server.standIn = answer;
          callers.call();
          await time.pass(dueAt - Date.now() - 1_000);
          callers.call();
          const endsAt = expiresAt - Math.min(10_000, lifetimeMs / 50);
          await time.pass(endsAt - Date.now() - 5_500);
          expect(callers.alarms).to.include('failure');
          server.standIn = undefined;
          await askSteadily(time, [callers], { everyMs: 100, forMs: 30_000 });
          expect(callers.errors).to.deep.equal([]);
          expect(callers.longestWaitMs).to.be.at.most(2 * server.options.wayMs + 20);
        });
      }

      it(`is asked again before a third of the rest has passed, but not within ${leastMs} ms: ${what}`, async () => {
        const callers = open();
        callers.call();
        await time.pass(100);
        const events = listen();
        server.standIn = answer;
        await askSteadily(time, [callers], { everyMs: 1_000, forMs: 589_000 });
        expect(callers.errors).to.deep.equal([]);
        expect(events.length).to.be.within(8, 60);
        let failedAt = Number.NaN;
        for (const event of events) {
          const { nextAttemptAt, usableUntil = 0 } = event as FailureEvent;
          // The first failure is that of a token that fell due at a moment of its own.
          if (!Number.isNaN(failedAt)) {
            const mostMs = Math.max((usableUntil - failedAt) / 3, leastMs + 500);
            expect(nextAttemptAt - failedAt).to.be.within(leastMs - 1, mostMs + 1);
          }
          failedAt = nextAttemptAt + 2 * server.options.wayMs;
        }
      });
    }
  });
});
