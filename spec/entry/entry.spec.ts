import { expect } from 'chai';
import sinon from 'sinon';
import { Entry } from '../../lib/entry/entry.js';
import type { EntryParts, TokenHolder } from '../../lib/entry/entry-parts.js';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import {
  ProviderClosedError,
  TokenEndpointError,
  type TokenProviderOptions,
  TokenResponseError,
  TokenUnavailableError,
} from '../../lib/index.js';
import { TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import { TokenIndex } from '../../lib/registry/token-index.js';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { rejection } from '../support/rejection.js';
import { settings } from '../support/settings.js';
import { Stage } from '../support/stage.js';
import { target } from '../support/target.js';

/** Timers that are far off may be this late. */
const LATE_MS = 16;

describe('Entry', () => {
  let stage: Stage;
  const set = (options?: Partial<TokenProviderOptions>, chance = 0) => {
    stage = new Stage(options).withChance(chance);
    return stage;
  };
  const get = (options?: Parameters<Stage['provider']['getToken']>[0]) => stage.provider.getToken(options);
  afterEach(() => stage.strike());

  describe('with no token', () => {
    it('asks once for fifty callers, and serves them all', async () => {
      set();
      const tokens = Promise.all(Array.from({ length: 50 }, () => get()));
      await stage.time.settle();
      expect(stage.requests).to.equal(1);
      await stage.grant('t1');
      expect(new Set(await tokens)).to.deep.equal(new Set(['t1']));
    });

    it('lets fifty callers share a failure, and starts no herd', async () => {
      set();
      const failures = Promise.all(Array.from({ length: 50 }, () => rejection(get())));
      await stage.time.settle();
      stage.server.last.refuse('invalid_client', 401);
      expect(new Set(await failures).size).to.equal(1);
      expect((await failures)[0])
        .to.be.instanceOf(TokenEndpointError)
        .and.include({ error: 'invalid_client' });
      expect(stage.requests).to.equal(1);
    });

    it('repeats passing failures, with the token of a later attempt', async () => {
      set();
      const token = get();
      await stage.time.settle();
      stage.server.last.reset();
      await stage.time.pass(299);
      expect(stage.requests).to.equal(1);
      await stage.time.pass(1);
      await stage.grant('t1');
      expect(await token).to.equal('t1');
      expect(stage.heard('retry')).to.have.length(1);
      expect(stage.heard('refresh')[0]).to.include({ reason: 'absent', attempts: 2, durationMs: 300 });
    });

    it('tells callers after the last attempt, with the time of the next', async () => {
      set({ retry: { retries: 1 } });
      stage.server.respond = (request) => request.answer(503);
      const failure = rejection<TokenUnavailableError>(get());
      await stage.time.pass(300);
      expect(await failure).to.be.instanceOf(TokenUnavailableError);
      expect(await failure).to.include({ retryAt: stage.startedAt + 300 + 600 });
      expect((await failure).message).to.match(/^No token could be had\. Last failure: .* answered 503/);
      expect((await failure).cause)
        .to.be.instanceOf(TokenEndpointError)
        .and.include({ httpStatus: 503 });
      expect(stage.heard('failure')[0]).to.include({ attempts: 2, permanent: false, usableUntil: undefined });
    });
  });

  describe('while cooling down after failures', () => {
    beforeEach(async () => {
      set({ retry: { retries: 0, minDelayMs: 10_000 } });
      stage.server.respond = (request) => request.answer(503);
      await rejection(get());
    });

    it('waits for the next attempt where that fits, and starts none before', async () => {
      stage.server.respond = undefined;
      const token = get({ maxWaitMs: 3_500 });
      await stage.time.pass(2_999);
      expect(stage.requests).to.equal(1);
      await stage.time.pass(1);
      expect(stage.requests).to.equal(2);
      await stage.grant('t1');
      expect(await token).to.equal('t1');
    });

    it('waits also where that fits to the millisecond', async () => {
      stage.server.respond = (request) => request.grant('t1');
      const token = get({ maxWaitMs: 3_000 });
      await stage.time.pass(3_000);
      expect(await token).to.equal('t1');
    });

    it('fails a caller at once who cannot wait for so long', async () => {
      const error = await rejection<TokenUnavailableError>(get({ maxWaitMs: 2_999 }));
      expect(error.retryAt).to.equal(stage.startedAt + 3_000);
      expect(error.message).to.match(
        /^The next attempt comes later than this call may wait for \(maxWaitMs\)/,
      );
      expect(error.cause).to.be.instanceOf(TokenEndpointError);
      expect(stage.requests).to.equal(1);
    });

    it('goes on by itself for a lifetime after the last call, and then stops until asked', async () => {
      await stage.time.pass(3_600_000);
      const requests = stage.requests;
      expect(requests).to.be.within(60, 70);
      await stage.time.pass(3_600_000);
      expect(stage.requests).to.equal(requests);
      stage.server.respond = (request) => request.grant('t1');
      expect(await get()).to.equal('t1');
    });
  });

  describe('after a permanent failure', () => {
    beforeEach(async () => {
      set();
      stage.server.respond = (request) => request.refuse('invalid_client', 401);
      await rejection(get());
    });

    it('gives the remembered error at once, for 5 s at the least, then tries again', async () => {
      for (let second = 0; second < 5; second += 1) {
        expect(await rejection(get())).to.include({ error: 'invalid_client' });
        await stage.time.pass(999);
      }
      expect(stage.requests).to.equal(1);
      stage.server.respond = (request) => request.grant('t1');
      await stage.time.pass(5);
      expect(await get()).to.equal('t1');
      expect(stage.requests).to.equal(2);
    });

    it('says so in the failure event', () => {
      expect(stage.heard('failure')[0]).to.include({ permanent: true, attempts: 1 });
      expect(stage.heard('failure')[0]?.nextAttemptAt).to.equal(stage.startedAt + 5_000);
    });
  });

  describe('with a token', () => {
    beforeEach(() => set().warm());

    it('serves it without a request, as one and the same promise', async () => {
      expect(get()).to.equal(get());
      expect(await get()).to.equal('t1');
      expect(stage.requests).to.equal(1);
    });

    it('serves it after reading one clock once', async () => {
      const { now } = performance;
      performance.now = () => expect.fail('The other clock was read as well.');
      const token = get();
      performance.now = now;
      expect(await token).to.equal('t1');
    });

    it('renews it in the background when due, while all callers are served the old one', async () => {
      await stage.time.pass(299_999);
      expect([stage.requests, stage.state]).to.deep.equal([1, 'fresh']);
      await stage.time.pass(1);
      expect([stage.requests, stage.state]).to.deep.equal([2, 'due']);
      expect(await get()).to.equal('t1');
      await stage.grant('t2');
      expect(await get()).to.equal('t2');
      expect(stage.heard('refresh')[1]).to.include({ reason: 'due', source: 'endpoint' });
    });

    it('lets an outage that is shorter than the lead pass unnoticed', async () => {
      stage.server.respond = (request) => request.answer(503);
      await stage.time.pass(589_000);
      expect(await get()).to.equal('t1');
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      await stage.time.pass(999);
      expect(await get()).to.match(/^t\d{2,3}$/);
      expect(stage.heard('expire')).to.have.length(0);
    });

    it('hands it out until its usable end, not 1 ms longer', async () => {
      stage.server.respond = () => undefined;
      await stage.time.pass(589_999);
      expect(await get()).to.equal('t1');
      await stage.time.pass(1);
      expect(stage.provider.peek()).to.equal(undefined);
      const late = rejection(get({ maxWaitMs: 5 }));
      await stage.time.pass(5);
      expect(await late).to.be.instanceOf(TokenUnavailableError);
      expect(stage.heard('expire')).to.have.length(1);
      expect(stage.heard('expire')[0]).to.include({ expiresAt: stage.startedAt + 600_000 });
    });

    it('keeps the old token through a permanent failure, and asks less often while there is time', async () => {
      stage.server.respond = (request) => request.refuse('invalid_client', 401);
      await stage.time.pass(300_000);
      expect(await get()).to.equal('t1');
      expect(stage.heard('failure')[0]).to.include({
        permanent: true,
        nextAttemptAt: stage.startedAt + 315_000,
        usableUntil: stage.startedAt + 590_000,
      });
      await stage.time.pass(289_000);
      expect(await get()).to.equal('t1');
      const waits = stage.heard('failure').map(({ nextAttemptAt, usableUntil }, index, all) => {
        const failedAt = index === 0 ? stage.startedAt + 300_000 : (all[index - 1]?.nextAttemptAt as number);
        return [(nextAttemptAt as number) - failedAt, Math.ceil(((usableUntil as number) - failedAt) / 6)];
      });
      // Half a minute doubled, by the lowest draw; but no more than a third of the rest; but at least 5 s.
      expect(waits.slice(0, 2).map(([waitMs]) => waitMs)).to.deep.equal([15_000, 30_000]);
      for (const [waitMs, sixthMs = 0] of waits.slice(2)) expect(waitMs).to.equal(Math.max(sixthMs, 5_000));
      expect(stage.requests)
        .to.equal(1 + waits.length)
        .and.to.equal(21);
    });

    it('keeps the same token where nobody named its end', async () => {
      await stage.strike();
      await set().warm({});
      stage.server.respond = (request) => request.grant('t1', {});
      for (let count = 0; count < 10; count += 1) {
        await stage.time.pass(90_000);
        expect(await get()).to.equal('t1');
      }
      expect(stage.requests).to.equal(7);
      expect(stage.events.map(([name]) => name)).to.deep.equal(['refresh']);
    });

    it('serves the same token to its end, tells nobody, and asks again at that end', async () => {
      stage.server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await stage.time.pass(300_000);
      expect([stage.requests, stage.state]).to.deep.equal([2, 'fresh']);
      stage.server.respond = (request) => request.grant('t2');
      await stage.time.pass(299_999);
      expect(await get()).to.equal('t1');
      expect(stage.requests).to.equal(2);
      await stage.time.pass(1);
      expect(await get()).to.equal('t2');
      expect(stage.events.map(([name]) => name)).to.deep.equal(['refresh', 'refresh']);
    });

    it('hands the same token to whoever wants it renewed, and counts no failure', async () => {
      stage.server.respond = (request) => request.grant('t1', { expires_in: 600 });
      const { value, expiresAt } = await stage.provider.refresh();
      expect([value, expiresAt]).to.deep.equal(['t1', stage.startedAt + 600_000]);
      expect(stage.provider.status()[0]).to.include({ consecutiveFailures: 0, refreshing: false });
    });

    it('goes on counting that as the token being asked for, for all its life', async () => {
      stage.server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await stage.time.pass(300_000);
      await get();
      stage.server.respond = (request) => request.grant('t2');
      // That is longer ago than the rest of its life which the server has named, but not than the whole of it.
      await stage.time.pass(300_000);
      expect(stage.requests).to.equal(3);
    });

    it('tells that nothing usable is left, where nobody asks any more for a token that was served to its end', async () => {
      stage.server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await stage.time.pass(600_000);
      expect(stage.requests).to.equal(2);
      expect(stage.heard('expire')).to.have.length(1);
    });

    it('tells of the end of such a token once, when there is no other one, and of the next one when there is', async () => {
      stage.server.respond = (request) => request.grant('t1', { expires_in: 300 });
      await stage.time.pass(300_000);
      await get();
      stage.server.respond = (request) => request.answer(503);
      const late = get.bind(undefined, { maxWaitMs: 60_000 });
      await stage.time.pass(300_000);
      expect(stage.heard('expire')).to.have.length(1);
      expect(stage.heard('expire')[0]?.lastError).to.include({ httpStatus: 503 });
      const waiting = late();
      await stage.time.pass(1_000);
      stage.server.respond = (request) => request.grant('t1', { expires_in: 20 });
      await stage.time.pass(2_000);
      expect(await waiting).to.equal('t1');
      expect([stage.heard('expire').length, stage.heard('refresh').length]).to.deep.equal([1, 2]);
    });

    it('forgets the delay of a failed refresh at the end of such a token', async () => {
      await stage.strike();
      await set(
        { retry: { retries: 0, minDelayMs: 60_000, maxDelayMs: 120_000 } },
        1 - Number.EPSILON,
      ).warm();
      stage.server.respond = (request) => request.grant('t1', { expires_in: 400 });
      await stage.time.pass(200_000);
      await get();
      await stage.time.pass(399_000);
      stage.server.respond = (request) => request.answer(503);
      void stage.provider.refresh().catch(() => undefined);
      await stage.time.pass(999);
      expect([stage.requests, stage.heard('expire').length]).to.deep.equal([3, 0]);
      await stage.time.pass(1);
      expect(stage.heard('expire')).to.have.length(1);
    });

    it('takes an answer that brings one that ends no later for a failure, and goes on renewing', async () => {
      stage.server.respond = (request) => request.grant('t2', { expires_in: 300 });
      await stage.time.pass(300_000);
      expect(await get()).to.equal('t1');
      expect(stage.heard('retry')[0]?.error).to.be.instanceOf(TokenResponseError);
      stage.server.respond = (request) => request.grant('t3');
      await stage.time.pass(1_000);
      expect(await get()).to.equal('t3');
    });

    it('takes an answer that brings the token that was rejected for a failure, and goes on renewing', async () => {
      stage.server.respond = (request) => request.grant('t1', { expires_in: 600 });
      stage.provider.invalidate('t1');
      const waiting = get();
      await stage.time.settle();
      expect(stage.heard('retry')[0]?.error).to.be.instanceOf(TokenResponseError);
      stage.server.respond = (request) => request.grant('t3');
      await stage.time.pass(1_000);
      expect(await waiting).to.equal('t3');
    });

    it('stops renewing when nobody asked for a whole lifetime, and begins again when asked', async () => {
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      await stage.time.pass(599_999);
      expect(stage.requests).to.equal(2);
      await stage.time.pass(3_600_000);
      expect(stage.requests).to.equal(2);
      expect(await get()).to.equal('t3');
      await stage.time.pass(300_000);
      expect(stage.requests).to.equal(4);
    });

    it('counts a call on the hot path as asking', async () => {
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      await stage.time.pass(299_000);
      await get();
      await stage.time.pass(302_000);
      expect(stage.requests).to.equal(3);
    });

    it('stops renewing also when the clock was set back by a month', async () => {
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      await stage.time.pass(10_000);
      await get();
      stage.time.stepWallClock(-30 * 86_400_000);
      await stage.time.pass(86_400_000);
      expect(stage.requests).to.be.within(2, 4);
    });

    it('renews at once a token that is due when it comes, after a slow answer', async () => {
      await stage.strike();
      set();
      const token = get();
      await stage.time.pass(6_000);
      await stage.grant('t1', { expires_in: 10 });
      expect(await token).to.equal('t1');
      expect([stage.requests, stage.state]).to.deep.equal([2, 'due']);
    });

    it('serves a due token at once to a caller who comes after that, and renews it', async () => {
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      await stage.time.pass(800_000);
      expect([stage.requests, stage.state]).to.deep.equal([2, 'due']);
      expect(await get()).to.equal('t2');
      await stage.time.settle();
      expect(await get()).to.equal('t3');
    });

    it('honours Retry-After beyond the longest delay, without going on with the flight', async () => {
      stage.server.respond = (request) => request.answer(429, '', { 'retry-after': '120' });
      await stage.time.pass(300_000);
      expect(stage.heard('failure')[0]).to.include({ attempts: 1, nextAttemptAt: stage.startedAt + 420_300 });
      await stage.time.pass(120_299);
      expect(stage.requests).to.equal(2);
      await stage.time.pass(1);
      expect(stage.requests).to.equal(3);
    });
  });

  describe('refresh()', () => {
    it('renews a fresh token once for all who ask for that at once', async () => {
      await set().warm();
      await stage.time.pass(1);
      const renewed = Promise.all([stage.provider.refresh(), stage.provider.refresh()]);
      expect(await get()).to.equal('t1');
      await stage.time.settle();
      await stage.grant('t2');
      expect((await renewed).map(({ value }) => value)).to.deep.equal(['t2', 't2']);
      expect(stage.requests).to.equal(2);
      expect(stage.heard('refresh')[1]).to.include({ reason: 'requested' });
    });

    it('keeps to the time of the next attempt after a failure', async () => {
      set({ retry: { retries: 0 } });
      stage.server.respond = (request) => request.answer(503);
      await rejection(stage.provider.refresh());
      for (let count = 0; count < 10; count += 1) void stage.provider.refresh().catch(() => undefined);
      await stage.time.pass(299);
      expect(stage.requests).to.equal(1);
      await stage.time.pass(1);
      expect(stage.requests).to.equal(2);
    });
  });

  describe('the delay before the next attempt', () => {
    for (const [what, ask] of [
      ['refresh()', () => stage.provider.refresh().then(({ value }) => value)],
      ['minValidityMs', () => get({ minValidityMs: 584_000 })],
    ] as const) {
      it(`ends with that attempt for ${what}, also while the token held is fresh`, async () => {
        await set({ retry: { retries: 0 } }).warm();
        await stage.time.pass(10_000);
        stage.server.respond = (request, count) => (count === 2 ? request.answer(503) : request.grant('t2'));
        await rejection(ask());
        const next = ask();
        await stage.time.pass(300);
        expect(await next).to.equal('t2');
        expect(stage.requests).to.equal(3);
      });
    }

    it('fails a caller at once whom it does not fit, also between the attempts of a flight', async () => {
      set();
      stage.server.respond = (request) => request.answer(503, '', { 'retry-after': '25' });
      const patient = get();
      const hasty = rejection<TokenUnavailableError>(get({ maxWaitMs: 5_000 }));
      await stage.time.settle();
      expect(await hasty)
        .to.be.instanceOf(TokenUnavailableError)
        .and.include({ retryAt: stage.startedAt + 25_300 });
      const [status] = stage.provider.status();
      expect(status).to.include({ refreshing: false, nextAttemptAt: stage.startedAt + 25_300 });
      const error = await rejection<TokenUnavailableError>(get({ maxWaitMs: 25_299 }));
      expect(error.retryAt).to.equal(stage.startedAt + 25_300);
      stage.server.respond = (request) => request.grant('t1');
      await stage.time.pass(25_300);
      expect(await patient).to.equal('t1');
    });

    it('ends as soon as a caller without a token asks, but not within 4.5 s of the last attempt', async () => {
      set({ retry: { retries: 0, minDelayMs: 15_000 } }, 1 - Number.EPSILON);
      stage.server.respond = (request) => request.answer(503);
      await rejection(get({ maxWaitMs: 0 }));
      await stage.time.pass(1_000);
      const error = await rejection<TokenUnavailableError>(get({ maxWaitMs: 0 }));
      expect(error.retryAt).to.equal(stage.startedAt + 4_500);
      await stage.time.pass(3_499);
      expect(stage.requests).to.equal(1);
      await stage.time.pass(1);
      expect(stage.requests).to.equal(2);
      stage.server.respond = (request) => request.grant('t1');
      await stage.time.pass(10_000);
      const token = get();
      await stage.time.settle();
      expect(await token).to.equal('t1');
    });

    it('is left as it was drawn for callers who have a token', async () => {
      set({ retry: { retries: 0, minDelayMs: 15_000 } }, 1 - Number.EPSILON);
      await stage.warm();
      stage.server.respond = (request) => request.answer(503);
      await stage.time.pass(201_000);
      expect(stage.requests).to.equal(2);
      await get();
      await rejection(get({ minValidityMs: 589_000, maxWaitMs: 0 }));
      await stage.time.pass(13_000);
      expect(stage.requests).to.equal(2);
    });

    it('is no longer than a third of the rest of the token it was drawn for, and a refused client is asked for once in 5 s', async () => {
      await set().warm({ expires_in: 60 });
      stage.server.respond = (request) => request.refuse('invalid_client', 401);
      // After 30 s, and each 5 s from then on: the token can be used for 58.8 s.
      await stage.time.pass(46_000);
      expect(stage.requests).to.equal(5);
      stage.server.respond = (request) => request.grant('t2');
      await stage.time.pass(5_000);
      expect(await get()).to.equal('t2');
    });

    it('is shortened when the token it was drawn for expires sooner than it seemed', async () => {
      await set().warm({ expires_in: 36_000 });
      stage.server.respond = (request) => request.refuse('invalid_client', 401);
      await stage.time.pass(34_800_000);
      await get();
      await stage.time.pass(200_000);
      expect((stage.provider.status()[0]?.nextAttemptAt ?? 0) - Date.now()).to.be.above(20_000);
      stage.server.respond = (request) => request.grant('t2');
      stage.time.stepWallClock(1_000_000 - 10_000);
      expect(await get()).to.equal('t2');
    });

    it('is shortened then also where the time that the server asked for has passed', async () => {
      await set({}, 1 - Number.EPSILON).warm();
      stage.server.respond = (request) => request.answer(400, '', { 'retry-after': '1' });
      await stage.time.pass(590_000 + LATE_MS + 26_000);
      stage.server.respond = (request) => request.grant('t2');
      expect(await get()).to.equal('t2');
    });

    it('is shortened when the token it was drawn for is rejected', async () => {
      await set().warm({ expires_in: 36_000 });
      stage.server.respond = (request) => request.refuse('invalid_client', 401);
      await stage.time.pass(35_000_000);
      await get();
      stage.server.respond = (request) => request.grant('t2');
      stage.provider.invalidate('t1');
      await stage.time.pass(5_000);
      expect(await get()).to.equal('t2');
    });

    it('that ended while the machine slept is not forgotten when another call notices it first', async () => {
      set({ retry: { retries: 0 }, refresh: { background: false } });
      stage.server.respond = (request, count) => (count === 1 ? request.answer(503) : request.grant('t1'));
      await rejection(get());
      const next = get();
      stage.time.stepWallClock(3_600_000);
      void stage.provider.refresh();
      await stage.time.settle();
      expect(await next).to.equal('t1');
    });

    it('is over when the machine slept through it', async () => {
      set();
      stage.server.respond = (request) => request.answer(503);
      const failure = rejection(get({ maxWaitMs: 3_600_000 }));
      await stage.time.pass(9_000);
      const requests = stage.requests;
      stage.server.respond = (request) => request.grant('t1');
      stage.time.stepWallClock(600_000);
      expect(await get()).to.equal('t1');
      expect(stage.requests).to.equal(requests + 1);
      await failure.catch(() => undefined);
    });
  });

  describe('a secret supplier that runs in the turn of the call', () => {
    it('may close the provider: nothing is sent, and nothing comes back to life', async () => {
      set({
        clientSecret: () => {
          void stage.provider.close();
          return 's3cret';
        },
      });
      stage.server.respond = (request) => request.grant('t1');
      expect(await rejection(get())).to.be.instanceOf(ProviderClosedError);
      await stage.time.settle();
      expect([stage.requests, stage.time.armed, stage.provider.peek()]).to.deep.equal([0, 0, undefined]);
    });

    it('may ask for a token itself: it waits for the same flight', async () => {
      let asked = 0;
      set({
        clientSecret: () => {
          asked += 1;
          void get().catch(() => undefined);
          return 's3cret';
        },
      });
      stage.server.respond = (request) => request.grant('t1');
      expect(await get()).to.equal('t1');
      expect([asked, stage.requests]).to.deep.equal([1, 1]);
    });
  });

  describe('a caller', () => {
    it('who is aborted leaves, and no other does', async () => {
      set();
      const own = new AbortController();
      const stays = get();
      const leaves = rejection(get({ signal: own.signal }));
      await stage.time.settle();
      own.abort(new Error('enough'));
      expect((await leaves).message).to.equal('enough');
      await stage.grant('t1');
      expect(await stays).to.equal('t1');
    });

    it('who was aborted before is refused, even a token that is held', async () => {
      await set().warm();
      expect((await rejection(get({ signal: AbortSignal.abort(new Error('no')) }))).message).to.equal('no');
    });

    it('who waited maxWaitMs leaves, no other does, and the flight goes on', async () => {
      set();
      const stays = get();
      const leaves = rejection<TokenUnavailableError>(get({ maxWaitMs: 100 }));
      await stage.time.pass(100);
      expect(await leaves)
        .to.be.instanceOf(TokenUnavailableError)
        .and.include({ retryAt: undefined, message: 'No token came within 100 ms (maxWaitMs).' });
      await stage.grant('t1');
      expect(await stays).to.equal('t1');
    });

    it('with maxWaitMs 0 gets what is held, or an error', async () => {
      set();
      const failure = rejection(get({ maxWaitMs: 0 }));
      await stage.time.pass(1);
      expect(await failure).to.be.instanceOf(TokenUnavailableError);
      await stage.grant('t1');
      expect(await get({ maxWaitMs: 0 })).to.equal('t1');
    });
  });

  describe('minValidityMs', () => {
    it('is met by the token held, or by a new one', async () => {
      await set().warm();
      expect(await get({ minValidityMs: 590_000 })).to.equal('t1');
      await stage.time.pass(200_000);
      expect(await get({ minValidityMs: 390_000 })).to.equal('t1');
      const longer = get({ minValidityMs: 390_001 });
      await stage.time.settle();
      await stage.grant('t2');
      expect(await longer).to.equal('t2');
      expect(stage.heard('refresh')[1]).to.include({ reason: 'min-validity' });
    });

    it('that a new token cannot meet is an error, after one request and not in a loop', async () => {
      set();
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      for (let count = 0; count < 10; count += 1) {
        const error = await rejection(get({ minValidityMs: 590_001 }));
        expect(error).to.be.instanceOf(TokenUnavailableError);
        expect(error.message).to.contain('ask for at most 585000 ms');
      }
      expect(stage.requests).to.equal(1);
    });

    it('that the token held cannot meet leads to one request: the server may give longer tokens by now', async () => {
      await set().warm({ expires_in: 60 });
      await stage.time.pass(6_000);
      stage.server.respond = (request) => request.grant('t2', { expires_in: 600 });
      expect(await get({ minValidityMs: 100_000 })).to.equal('t2');
    });

    it('that a new token just meets leads to another request once the token is no longer new', async () => {
      set();
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      expect(await get({ minValidityMs: 590_000 })).to.equal('t1');
      await stage.time.pass(10_000);
      expect(await get({ minValidityMs: 590_000 })).to.equal('t2');
    });

    it('that was not met costs no further request before the next renewal', async () => {
      set();
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      await rejection(get({ minValidityMs: 600_000 }));
      for (let second = 0; second < 290; second += 10) {
        await rejection(get({ minValidityMs: 600_000 }));
        await stage.time.pass(10_000);
      }
      expect(stage.requests).to.equal(1);
      await stage.time.pass(20_000);
      await rejection(get({ minValidityMs: 600_000 }));
      expect(stage.requests).to.be.within(2, 3);
    });

    it('near what a new token has costs no request a call', async () => {
      set();
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      for (let second = 0; second < 60; second += 1) {
        await get({ minValidityMs: 584_999 });
        await stage.time.pass(1_000);
      }
      expect(stage.requests).to.be.at.most(12);
    });
  });

  describe('invalidate()', () => {
    it('replaces the token at once; callers wait for the new one', async () => {
      await set().warm();
      stage.provider.invalidate('t1');
      expect(stage.state).to.equal('rejected');
      const next = get();
      await stage.time.settle();
      expect(stage.requests).to.equal(2);
      await stage.grant('t2');
      expect(await next).to.equal('t2');
      expect(stage.heard('reject')).to.have.length(1);
      expect(stage.heard('refresh')[1]).to.include({ reason: 'rejected' });
    });

    it('does nothing for any other token, nor the second time', async () => {
      await set().warm();
      stage.provider.invalidate('t0');
      expect([stage.state, stage.requests]).to.deep.equal(['fresh', 1]);
      stage.provider.invalidate('t1');
      stage.provider.invalidate('t1');
      await stage.time.settle();
      expect([stage.heard('reject').length, stage.requests]).to.deep.equal([1, 2]);
    });

    it('joins a renewal under way, whose answer must not bring the same token back', async () => {
      await set().warm();
      await stage.time.pass(300_000);
      stage.provider.invalidate('t1');
      const next = get();
      await stage.grant('t1');
      expect(stage.state).to.equal('rejected');
      await stage.time.pass(300);
      await stage.grant('t2');
      expect(await next).to.equal('t2');
      expect(stage.requests).to.equal(3);
    });

    it('goes on handing the token out where no flight can start at once', async () => {
      await set().warm({ expires_in: 3_600 });
      stage.server.respond = (request) => request.answer(429, '', { 'retry-after': '3000' });
      await rejection(stage.provider.refresh());
      stage.provider.invalidate('t1');
      expect(await get()).to.equal('t1');
      expect(stage.heard('reject')[0]).to.include({ nextAttemptAt: stage.startedAt + 3_000_300 });
      stage.server.respond = (request) => request.grant('t2');
      await stage.time.pass(3_000_299);
      expect(await get()).to.equal('t1');
      await stage.time.pass(1);
      expect(await get()).to.equal('t2');
      expect(stage.heard('refresh')[1]).to.include({ reason: 'rejected' });
    });

    it('replaces a token that was rejected too often even by one that ends sooner', async () => {
      await set().warm();
      stage.server.respond = (request, count) =>
        request.grant(`t${count}`, { expires_in: 600 - count * 100 });
      stage.provider.invalidate('t1');
      stage.provider.invalidate(await get());
      expect(await get()).to.equal('t2');
      await stage.time.pass(5_000);
      expect(await get()).to.equal('t3');
    });

    it('is not paced by renewals that it did not force', async () => {
      await set().warm();
      stage.provider.invalidate('t1');
      await stage.time.settle();
      await stage.grant('t2');
      await stage.time.pass(300_000 + LATE_MS);
      await stage.grant('t3');
      stage.provider.invalidate('t3');
      await stage.time.settle();
      expect([stage.state, stage.requests]).to.deep.equal(['rejected', 4]);
    });

    it('costs one request per 5 s, widening to 60 s, when an API rejects every token, and serves all callers', async () => {
      set();
      stage.server.respond = (request, count) => request.grant(`t${count}`);
      for (let tenth = 0; tenth < 3_000; tenth += 1) {
        stage.provider.invalidate(await get());
        await stage.time.pass(100);
      }
      // At 0, 0, 5, 15, 35, 75, 135, 195 and 255 s.
      expect(stage.requests).to.equal(9);
    });
  });

  describe('clocks', () => {
    it('set back an hour serve no dead token', async () => {
      await set().warm();
      stage.server.respond = () => undefined;
      stage.time.stepWallClock(-3_600_000);
      await stage.time.pass(589_999);
      expect(await get()).to.equal('t1');
      await stage.time.pass(1);
      expect(stage.provider.peek()).to.equal(undefined);
    });

    it('set back by less than the token has lived serve no dead token', async () => {
      await set().warm();
      stage.server.respond = () => undefined;
      await stage.time.pass(250_000);
      stage.time.stepWallClock(-200_000);
      expect(await get()).to.equal('t1');
      await stage.time.pass(340_000);
      expect(stage.state).to.equal('expired');
      await stage.time.pass(LATE_MS);
      expect(stage.heard('expire')).to.have.length(1);
    });

    it('that slept past the end of the token serve no dead token', async () => {
      await set().warm();
      stage.time.stepWallClock(590_000);
      const next = get();
      await stage.time.settle();
      expect([stage.state, stage.requests]).to.deep.equal(['expired', 2]);
      await stage.grant('t2');
      expect(await next).to.equal('t2');
    });

    it('that went on through a stall serve no dead token, before any timer fires', async () => {
      await set().warm();
      stage.time.stall(590_000);
      const next = get();
      await stage.time.settle();
      await stage.grant('t2');
      expect(await next).to.equal('t2');
    });

    it('set back an hour in such a stall serve no dead token', async () => {
      await set().warm();
      stage.time.stall(590_000);
      stage.time.stepWallClock(-3_600_000);
      const next = get();
      await stage.time.settle();
      await stage.grant('t2');
      expect(await next).to.equal('t2');
    });

    it('set back just after a renewal take the new token for newer, as it is', async () => {
      await set().warm();
      await stage.time.pass(299_000);
      stage.time.stepWallClock(-3_600_000);
      await stage.time.pass(1_000);
      await stage.grant('t2');
      expect(await get()).to.equal('t2');
      await stage.time.pass(299_999);
      expect(stage.state).to.equal('fresh');
    });

    it('renew a token of 60 days at its time, not at once', async () => {
      await set().warm({ expires_in: 60 * 86_400 });
      await stage.time.pass(59 * 86_400_000);
      expect([stage.requests, stage.state]).to.deep.equal([1, 'fresh']);
      await get();
      await stage.time.pass(86_400_000 - 1_200_000);
      expect(stage.requests).to.equal(2);
    });
  });

  describe('without background renewal', () => {
    it('renews during calls alone', async () => {
      await set({ refresh: { background: false } }).warm();
      await stage.time.pass(300_001);
      expect([stage.requests, stage.state]).to.deep.equal([1, 'due']);
      expect(await get()).to.equal('t1');
      await stage.time.settle();
      expect(stage.requests).to.equal(2);
      stage.server.last.answer(503);
      await stage.time.pass(3_600_000);
      expect(stage.requests).to.equal(7);
    });

    it('renews during a call also when the clock was set back to a time when the token was fresh', async () => {
      await set({ refresh: { background: false } }).warm();
      await stage.time.pass(250_000);
      stage.time.stepWallClock(-200_000);
      await stage.time.pass(50_000);
      expect(await get()).to.equal('t1');
      await stage.time.settle();
      expect(stage.requests).to.equal(2);
    });

    it('still makes the next attempt for a caller who waits', async () => {
      set({ refresh: { background: false }, retry: { retries: 0 } });
      stage.server.respond = (request, count) => (count === 1 ? request.answer(503) : request.grant('t1'));
      await rejection(get());
      const next = get();
      await stage.time.pass(300);
      expect(await next).to.equal('t1');
    });
  });

  it('goes on renewing without callers where keepWarm is set', async () => {
    await set({ refresh: { keepWarm: true } }).warm();
    stage.server.respond = (request, count) => request.grant(`t${count}`);
    await stage.time.pass(3_000_000);
    expect(stage.requests).to.equal(11);
  });

  describe('by itself', () => {
    const call = { signal: undefined, maxWaitMs: 30_000, minValidityMs: 0 };
    const onEvict = sinon.spy();
    let tokens: TokenIndex<TokenHolder>;
    let parts: EntryParts;
    let entry: Entry;
    beforeEach(() => {
      set();
      onEvict.resetHistory();
      const tuned = settings({ http: stage.server.http });
      const events = new EventEmitter(EVENT_NAMES);
      events.on('evict', onEvict);
      tokens = new TokenIndex();
      parts = {
        settings: tuned,
        events,
        endpoint: new TokenEndpoint(tuned),
        queue: new RequestQueue(1),
        provider: {},
        budgetFor: () => new RetryBudget(),
        tokens,
        aborts: new AbortWatch(),
        onFlightEnded: () => undefined,
        sharing: undefined,
      };
      entry = new Entry(target, parts);
    });
    afterEach(() => entry.close());
    const warm = async () => {
      const token = entry.getToken(call);
      await stage.time.settle();
      await stage.grant('t1');
      return token;
    };

    it('is hot from the issue of its token until that is due, and at no other time', async () => {
      expect(entry.hotToken()).to.equal(undefined);
      await warm();
      expect(await entry.hotToken()).to.equal('t1');
      expect(entry.hotToken()).to.equal(entry.hotToken());
      stage.time.stepWallClock(-1);
      expect(entry.hotToken()).to.equal(undefined);
      stage.time.stepWallClock(1 + 299_999);
      expect(await entry.hotToken()).to.equal('t1');
      stage.time.stepWallClock(1);
      expect(entry.hotToken()).to.equal(undefined);
    });

    it('notes when a caller last asked, on the hot path as well', async () => {
      await warm();
      expect(entry.askedAt).to.equal(stage.startedAt);
      await stage.time.pass(1_000);
      entry.peek();
      entry.status();
      expect(entry.askedAt).to.equal(stage.startedAt);
      void entry.hotToken();
      expect(entry.askedAt).to.equal(stage.startedAt + 1_000);
      await stage.time.pass(1_000);
      void entry.refresh(call).catch(() => undefined);
      expect(entry.askedAt).to.equal(stage.startedAt + 2_000);
    });

    it('is awaited while callers wait', async () => {
      expect(entry.isAwaited).to.equal(false);
      const token = entry.getToken(call);
      expect(entry.isAwaited).to.equal(true);
      await stage.time.settle();
      await stage.grant('t1');
      await token;
      expect(entry.isAwaited).to.equal(false);
    });

    it('needs a token that lives long enough for all who wait, and for nobody else', async () => {
      expect(entry.neededMs).to.equal(0);
      const tokens = [60_000, 0, 120_000].map((minValidityMs) => entry.getToken({ ...call, minValidityMs }));
      expect(entry.neededMs).to.equal(120_000);
      await stage.time.settle();
      await stage.grant('t1');
      expect(await Promise.all(tokens)).to.deep.equal(['t1', 't1', 't1']);
      expect(entry.neededMs).to.equal(0);
    });

    it('holds the token that it got last, and no other', async () => {
      await warm();
      expect(['t1', 't0', ''].map((token) => tokens.holdersOf(token))).to.deep.equal([[entry], [], []]);
      entry.evict();
      expect(tokens.holdersOf('t1')).to.deep.equal([]);
    });

    it('leaves nothing behind when it is evicted, and says so once', async () => {
      await warm();
      entry.evict();
      expect([entry.hotToken(), entry.peek(), stage.time.armed]).to.deep.equal([undefined, undefined, 0]);
      expect(onEvict.callCount).to.equal(0);
      await null;
      expect(onEvict.args.flat()).to.deep.equal([
        { target: entry.status().target, expiresAt: stage.startedAt + 600_000 },
      ]);
      await stage.time.pass(3_600_000);
      expect(stage.requests).to.equal(1);
    });

    it('ends the renewal under way when it is evicted, whose answer changes nothing', async () => {
      await warm();
      await stage.time.pass(300_000);
      expect(stage.requests).to.equal(2);
      // Nobody would have had to wait for it: it is no failure.
      expect(entry.evict()).to.equal(undefined);
      expect(stage.server.last.config.signal).to.have.property('aborted', true);
      await stage.grant('t2');
      expect([entry.peek(), stage.time.armed, entry.isClosed]).to.deep.equal([undefined, 0, true]);
    });

    it('leaves its failures to the next entry, and all that is left of the delay', async () => {
      expect(entry.evict()).to.equal(undefined);
      entry = new Entry(target, parts);
      const failure = rejection(entry.getToken(call));
      await stage.time.settle();
      stage.server.last.refuse('invalid_client', 401);
      const error = await failure;
      const { nextAttemptAt } = entry.status();
      await stage.time.pass(2_000);
      const heir = new Entry(target, parts, entry.evict());
      expect(heir.status()).to.include({
        consecutiveFailures: 1,
        nextAttemptAt,
        lastErrorCode: 'ERR_TOKEN_ENDPOINT',
      });
      expect(await rejection(heir.getToken(call))).to.equal(error);
      await stage.time.pass(30_000);
      const token = heir.getToken(call);
      await stage.time.settle();
      await stage.grant('t1');
      expect(await token).to.equal('t1');
      expect(heir.evict()).to.equal(undefined);
    });

    it('can be evicted before it has a token', async () => {
      entry.evict();
      await null;
      expect(onEvict.firstCall.args[0]).to.include({ expiresAt: undefined });
    });
  });

  describe('close()', () => {
    it('gives all who call it the same promise', async () => {
      set();
      expect(stage.provider.close()).to.equal(stage.provider.close());
      expect(await stage.provider.close()).to.equal(undefined);
    });

    it('rejects all who wait, and later calls, and leaves no timer', async () => {
      set();
      const waits = [rejection(get()), rejection(get()), rejection(stage.provider.refresh())];
      await stage.time.settle();
      await stage.provider.close();
      for (const waiter of [...waits, rejection(get()), rejection(stage.provider.refresh())]) {
        expect(await waiter).to.be.instanceOf(ProviderClosedError);
      }
      expect(stage.time.armed).to.equal(0);
      await stage.provider.close();
    });

    it('is not undone by an answer that comes later', async () => {
      set();
      const waits = rejection(get());
      await stage.time.settle();
      const closed = stage.provider.close();
      await stage.grant('t1');
      await closed;
      await waits;
      expect(stage.provider.peek()).to.equal(undefined);
      expect(stage.heard('refresh')).to.have.length(0);
      expect(stage.state).to.equal('absent');
    });

    it('forgets the token, and ends a delay between attempts', async () => {
      await set().warm();
      stage.server.respond = (request) => request.answer(503);
      await stage.time.pass(300_000);
      await stage.provider.close();
      expect([stage.provider.peek(), stage.time.armed]).to.deep.equal([undefined, 0]);
      stage.provider.invalidate('t1');
      await stage.time.pass(600_000);
      expect(stage.requests).to.equal(2);
    });

    it('holds when an expire listener calls it at the very moment of the next attempt', async () => {
      await set({ retry: { retries: 0 } }).warm();
      stage.server.respond = (request) => request.answer(503);
      stage.provider.on('expire', () => stage.provider.close());
      await stage.time.pass(300_000);
      await get();
      stage.time.stall(290_000);
      await stage.time.pass(1_000);
      expect(stage.heard('expire')).to.have.length(1);
      expect([stage.requests, stage.time.armed]).to.deep.equal([2, 0]);
    });

    for (const name of ['refresh', 'failure', 'retry', 'expire', 'reject'] as const) {
      it(`may be called from a ${name} listener`, async () => {
        await set({ retry: { retries: 1 } }).warm();
        stage.server.respond = (request, count) =>
          name === 'refresh' ? request.grant(`t${count}`) : request.answer(503);
        let closed: Promise<void> | undefined;
        stage.provider.on(name, () => {
          closed = stage.provider.close();
        });
        if (name === 'reject') stage.provider.invalidate('t1');
        for (let turn = 0; !closed && turn < 7_000; turn += 1) await stage.time.pass(100);
        await stage.time.settle();
        expect(stage.time.armed).to.equal(0);
        await closed;
        expect(await rejection(get())).to.be.instanceOf(ProviderClosedError);
      });
    }
  });
});
