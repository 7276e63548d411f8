import { expect } from 'chai';
import fc from 'fast-check';
import { delayAfter, scheduleToken, urgedAfterMs } from '../../lib/refresh/schedule.js';

const DEFAULTS = { aheadMs: 1_200_000, fraction: 0.5 };
const DELAYS = { minDelayMs: 1_000, maxDelayMs: 30_000 };
const LOWEST = () => 0;
const HIGHEST = () => 1 - 2 ** -53;

describe('scheduleToken', () => {
  const table: [number, number, number, number][] = [
    // lifetime, due without chance, due with the most of it, usable
    [600_000, 300_000, 240_000, 590_000],
    [1_000, 500, 400, 750],
    [2_000, 1_000, 800, 1_500],
    [10_000, 5_000, 4_000, 9_000],
    [12_000, 6_000, 4_800, 11_000],
    [60_000, 30_000, 24_000, 58_800],
    [300_000, 150_000, 120_000, 294_000],
    [3_600_000, 2_400_000, 2_160_000, 3_590_000],
    [36_000_000, 34_800_000, 34_560_000, 35_990_000],
    [30 * 86_400_000, 30 * 86_400_000 - 1_200_000, 30 * 86_400_000 - 1_440_000, 30 * 86_400_000 - 10_000],
  ];
  for (const [lifetimeMs, latest, earliest, usableForMs] of table) {
    it(`renews a token of ${lifetimeMs} ms after ${earliest} to ${latest} ms, and uses it for ${usableForMs} ms`, () => {
      expect(scheduleToken(lifetimeMs, DEFAULTS, LOWEST)).to.deep.equal({ dueAfterMs: latest, usableForMs });
      expect(scheduleToken(lifetimeMs, DEFAULTS, HIGHEST)).to.deep.equal({
        dueAfterMs: earliest,
        usableForMs,
      });
    });
  }

  const lifetime = fc.double({ min: 100, max: 1e12, noNaN: true });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('has every token due before it must not be used, and usable before it ends, with any options', () => {
    const options = fc.record({
      aheadMs: fc.double({ min: 0, max: 30 * 86_400_000, noNaN: true }),
      fraction: fc.double({ min: Number.MIN_VALUE, max: 0.8, noNaN: true }),
    });
    fc.assert(
      fc.property(lifetime, options, chance, (lifetimeMs, tuning, u) => {
        const { dueAfterMs, usableForMs } = scheduleToken(lifetimeMs, tuning, () => u);
        expect(dueAfterMs).to.be.within(0, usableForMs - 1);
        expect(usableForMs).to.be.within(lifetimeMs * 0.75 - 1, lifetimeMs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('spreads tokens of one lifetime over a fifth of the lead', () => {
    fc.assert(
      fc.property(lifetime, chance, chance, (lifetimeMs, u, v) => {
        const due = (x: number) => scheduleToken(lifetimeMs, DEFAULTS, () => x).dueAfterMs;
        const leadMs = Math.min(lifetimeMs / 2, 1_200_000);
        expect(due(u) - due(v)).to.be.closeTo(((v - u) * leadMs) / 5, 1.01);
      }),
    );
  });

  it('heeds aheadMs and fraction, whichever is less', () => {
    const due = (tuning: object) => scheduleToken(600_000, { ...DEFAULTS, ...tuning }, LOWEST).dueAfterMs;
    expect(due({ aheadMs: 60_000 })).to.equal(540_000);
    expect(due({ fraction: 0.2 })).to.equal(480_000);
    expect(due({ fraction: 0.8 })).to.equal(120_000);
    expect(due({ aheadMs: 0 })).to.equal(580_000);
  });
});

describe('delayAfter', () => {
  const passing = { permanent: false, before: 0, usableMs: 0, retryAfterMs: undefined };
  const range = (setback: Partial<typeof passing> | { retryAfterMs: number }) =>
    [LOWEST, HIGHEST].map((random) => delayAfter({ ...passing, ...setback }, DELAYS, random));

  const table: [string, object, [number, number]][] = [
    ['the first failure', { before: 0 }, [300, 1_000]],
    ['the second', { before: 1 }, [600, 2_000]],
    ['the fourth', { before: 3 }, [2_400, 8_000]],
    ['the fifth, at the cap of 15 s', { before: 4 }, [4_500, 15_000]],
    ['the thousandth', { before: 999 }, [4_500, 15_000]],
    ['the first with a token', { before: 0, usableMs: 300_000 }, [300, 1_000]],
    ['the sixth with 300 s left, at the cap of 30 s', { before: 5, usableMs: 300_000 }, [9_000, 30_000]],
    ['the sixth with 60 s left: a sixth of that', { before: 5, usableMs: 60_000 }, [3_000, 10_000]],
    ['the sixth with 3 s left: a second', { before: 5, usableMs: 3_000 }, [300, 1_000]],
    ['Retry-After 5 s: on top', { before: 0, retryAfterMs: 5_000 }, [5_300, 6_000]],
    ['Retry-After of two hours: one', { before: 0, retryAfterMs: 7_200_000 }, [3_600_300, 3_601_000]],
    ['a permanent failure', { permanent: true }, [5_000, 15_000]],
    ['the tenth permanent failure', { permanent: true, before: 9 }, [5_000, 15_000]],
    ['a permanent failure with a token', { permanent: true, usableMs: 9 }, [15_000, 30_000]],
    [
      'the second permanent failure with a token',
      { permanent: true, before: 1, usableMs: 9 },
      [30_000, 60_000],
    ],
    [
      'the tenth permanent failure with a token',
      { permanent: true, before: 9, usableMs: 9 },
      [150_000, 300_000],
    ],
  ];
  for (const [after, setback, [lowest, highest]] of table) {
    it(`waits ${lowest} to ${highest} ms after ${after}`, () => {
      expect(range(setback)).to.deep.equal([lowest, highest]);
    });
  }

  it('keeps its chance at every cap: no two waits of a fleet need be alike', () => {
    const setback = fc.record({
      permanent: fc.boolean(),
      before: fc.nat(2_000),
      usableMs: fc.constantFrom(0, 1, 6_000, 600_000),
      retryAfterMs: fc.constantFrom(undefined, 0, 5_000, 3_600_000, 9e9),
    });
    fc.assert(
      fc.property(setback, (one) => {
        const [lowest = 0, highest = 0] = [LOWEST, HIGHEST].map((random) => delayAfter(one, DELAYS, random));
        expect(highest - lowest).to.be.at.least(700);
        expect(lowest).to.be.at.least(Math.min(one.retryAfterMs ?? 0, 3_600_000) + 300);
      }),
    );
  });

  it('is never nothing, however small the options', () => {
    expect(delayAfter(passing, { minDelayMs: 1, maxDelayMs: 1 }, LOWEST)).to.equal(1);
  });

  it('follows the options', () => {
    const delay = (usableMs: number) =>
      delayAfter({ ...passing, before: 20, usableMs }, { minDelayMs: 10, maxDelayMs: 50 }, HIGHEST);
    expect([delay(0), delay(600_000)]).to.deep.equal([25, 50]);
    expect(delayAfter({ ...passing, before: 9 }, { minDelayMs: 40, maxDelayMs: 50 }, HIGHEST)).to.equal(40);
  });
});

it('lets callers without a token urge to the least wait at the cap', () => {
  expect(urgedAfterMs(DELAYS)).to.equal(4_500);
  expect(urgedAfterMs({ minDelayMs: 40, maxDelayMs: 50 })).to.equal(12);
});
