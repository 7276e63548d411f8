import { expect } from 'chai';
import fc from 'fast-check';
import { describeHealth, type HealthStatus, isUsable } from '../../lib/entry/entry-health.js';
import type { EntryStatus } from '../../lib/entry/entry-status.js';
import type { TokenState } from '../../lib/token/token-slot.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

const STATES: readonly TokenState[] = ['absent', 'fresh', 'due', 'expired', 'rejected'];

const entry = (fields: Partial<EntryStatus>): EntryStatus => ({
  target: { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] },
  state: 'absent',
  refreshing: false,
  issuedAt: undefined,
  dueAt: undefined,
  expiresAt: undefined,
  consecutiveFailures: 0,
  lastErrorCode: undefined,
  nextAttemptAt: undefined,
  ...fields,
});

type Row = readonly [failures: number, attempt: Partial<EntryStatus>, statuses: readonly HealthStatus[]];

const UNDER_WAY = { refreshing: true };
const LATER = { nextAttemptAt: 5 };
const NONE = {};

/** The status in each of the states above. */
const TABLE: readonly Row[] = [
  [0, NONE, ['pass', 'pass', 'pass', 'pass', 'warn']],
  [0, UNDER_WAY, ['pass', 'pass', 'pass', 'pass', 'warn']],
  [0, LATER, ['pass', 'pass', 'pass', 'pass', 'warn']],
  [1, NONE, ['warn', 'warn', 'warn', 'warn', 'warn']],
  [1, UNDER_WAY, ['fail', 'warn', 'warn', 'fail', 'fail']],
  [1, LATER, ['fail', 'warn', 'warn', 'fail', 'fail']],
  [9, UNDER_WAY, ['fail', 'warn', 'warn', 'fail', 'fail']],
  [9, LATER, ['fail', 'warn', 'warn', 'fail', 'fail']],
];

describe('the health of an entry', () => {
  for (const [consecutiveFailures, attempt, statuses] of TABLE) {
    const next = Object.keys(attempt)[0] ?? 'no attempt';
    for (const [index, state] of STATES.entries()) {
      it(`is ${statuses[index]} when its token is ${state}, after ${consecutiveFailures} failures, ${next}`, () => {
        const fields = entry({ state, consecutiveFailures, ...attempt });
        const health = describeHealth(fields, { isSuspect: false, isWanted: true });
        expect(health).to.be.frozen.and.deep.equal({ ...fields, status: statuses[index] });
      });
    }
  }

  it('is never fail where nobody wants the token any more', () => {
    for (const attempt of [UNDER_WAY, LATER, NONE])
      for (const state of STATES)
        expect(
          describeHealth(entry({ state, consecutiveFailures: 1, ...attempt }), {
            isSuspect: false,
            isWanted: false,
          }).status,
        ).to.equal('warn');
  });

  it('is warn while a token that an API rejected goes on being handed out', () => {
    for (const state of ['fresh', 'due'] as const)
      for (const consecutiveFailures of [0, 1])
        expect(
          describeHealth(entry({ state, consecutiveFailures }), { isSuspect: true, isWanted: true }).status,
        ).to.equal('warn');
  });

  it('has something to hand out while a token is fresh or due', () => {
    expect(STATES.filter((state) => isUsable({ state }))).to.deep.equal(['fresh', 'due']);
  });

  describe('of a provider in virtual time', () => {
    let stage: Stage;
    const health = () => stage.provider.health().entries[0]?.status;
    beforeEach(() => {
      stage = new Stage({ retry: { retries: 0 } }).withChance(0);
    });
    afterEach(() => stage.strike());

    it('is that of a token that an API rejects, and rejects again', async () => {
      await stage.warm();
      stage.provider.invalidate('t1');
      await stage.time.settle();
      expect([stage.state, health()]).to.deep.equal(['rejected', 'warn']);
      await stage.grant('t2');
      expect([stage.state, health()]).to.deep.equal(['fresh', 'pass']);
      stage.provider.invalidate('t2');
      expect([stage.state, health()]).to.deep.equal(['fresh', 'warn']);
    });

    it('is no longer fail once nobody asks, so that somebody may be sent again', async () => {
      await stage.warm({ expires_in: 10 });
      stage.server.respond = (request) => request.answer(503);
      await stage.time.pass(10_000);
      await rejection(stage.provider.getToken({ maxWaitMs: 0 }));
      expect(health()).to.equal('fail');
      await stage.time.pass(60_000);
      const [{ refreshing, nextAttemptAt } = entry({})] = stage.provider.status();
      expect([refreshing, nextAttemptAt, health()]).to.deep.equal([false, undefined, 'warn']);
    });
  });

  it('is fail until nobody has asked for as long as a token lives, wherever the next attempt lies', async () => {
    const ms = (max: number) => fc.integer({ min: 1, max });
    const options = {
      retries: fc.integer({ min: 0, max: 3 }),
      keepWarm: fc.boolean(),
      background: fc.boolean(),
    };
    const times = {
      retryAfterS: ms(3_600),
      lifetimeS: fc.integer({ min: 2, max: 60 }),
      unaskedMs: ms(120_000),
    };
    await fc.assert(
      fc.asyncProperty(fc.record({ ...options, ...times }), async (drawn) => {
        const { retries, keepWarm, background, retryAfterS, lifetimeS, unaskedMs } = drawn;
        const stage = new Stage({ retry: { retries }, refresh: { keepWarm, background } });
        try {
          await stage.warm({ expires_in: lifetimeS });
          stage.server.respond = (request) => request.answer(503, '', { 'retry-after': `${retryAfterS}` });
          await stage.time.pass(lifetimeS * 1_000);
          await rejection(stage.provider.getToken({ maxWaitMs: 0 }));
          await stage.time.settle();
          await stage.time.pass(unaskedMs);
          const [{ status, nextAttemptAt = 0, refreshing } = { status: 'none' }] =
            stage.provider.health().entries;
          const isGivenUp = !keepWarm && unaskedMs >= lifetimeS * 1_000;
          const isAttempted = refreshing || nextAttemptAt > 0;
          expect(status).to.equal(isGivenUp || !isAttempted ? 'warn' : 'fail');
          if (keepWarm && background) expect(status).to.equal('fail');
        } finally {
          await stage.strike();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is fail as long as a caller waits', async () => {
    const stage = new Stage({ retry: { retries: 0 }, maxWaitMs: 3_600_000 });
    try {
      await stage.warm({ expires_in: 5 });
      stage.server.respond = (request) => request.answer(503, '', { 'retry-after': '600' });
      await stage.time.pass(5_000);
      await rejection(stage.provider.getToken({ maxWaitMs: 0 }));
      await stage.time.settle();
      const waiting = stage.provider.getToken().catch(() => 'failed');
      await stage.time.pass(60_000);
      expect(stage.provider.health().entries[0]?.status).to.equal('fail');
      await stage.provider.close();
      expect(await waiting).to.equal('failed');
    } finally {
      await stage.strike();
    }
  });
});
