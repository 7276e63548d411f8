import { expect } from 'chai';
import fc from 'fast-check';
import { scheduleToItsEnd, scheduleToken } from '../../lib/token/token-schedule.js';

const DEFAULTS = { aheadMs: 1_200_000, fraction: 0.5 };
const LOWEST = () => 0;
const HIGHEST = () => 1 - 2 ** -53;

describe('scheduleToken', () => {
  const table: [number, number, number, number][] = [
    // lifetime, due by the lowest draw, due by the highest, usable
    [600_000, 300_000, 200_000, 590_000],
    [1_000, 500, 333, 750],
    [2_000, 1_000, 667, 1_500],
    [10_000, 5_000, 3_333, 9_000],
    [12_000, 6_000, 4_000, 11_000],
    [60_000, 30_000, 20_000, 58_800],
    [300_000, 150_000, 100_000, 294_000],
    [3_600_000, 2_400_000, 2_000_000, 3_590_000],
    [36_000_000, 34_800_000, 34_400_000, 35_990_000],
    [30 * 86_400_000, 30 * 86_400_000 - 1_200_000, 30 * 86_400_000 - 1_600_000, 30 * 86_400_000 - 10_000],
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

  const options = fc.record({
    aheadMs: fc.double({ min: 0, max: 30 * 86_400_000, noNaN: true }),
    fraction: fc.double({ min: Number.MIN_VALUE, max: 0.8, noNaN: true }),
  });

  it('makes every token due before its usable end, and that end no later than the real one, with any options', () => {
    fc.assert(
      fc.property(lifetime, options, chance, (lifetimeMs, tuning, u) => {
        const { dueAfterMs, usableForMs } = scheduleToken(lifetimeMs, tuning, () => u);
        expect(dueAfterMs).to.be.within(0, usableForMs - 1);
        expect(usableForMs).to.be.within(lifetimeMs * 0.75 - 1, lifetimeMs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('spreads tokens of one lifetime over a third of the lead', () => {
    fc.assert(
      fc.property(lifetime, chance, chance, (lifetimeMs, u, v) => {
        const due = (x: number) => scheduleToken(lifetimeMs, DEFAULTS, () => x).dueAfterMs;
        const leadMs = Math.max(Math.min(lifetimeMs / 2, 1_200_000), 2 * Math.min(1_000, lifetimeMs / 4));
        expect(due(u) - due(v)).to.be.closeTo(((v - u) * leadMs) / 3, 1.01);
      }),
    );
  });

  it('spreads them over a fifth at least, and makes none due before a twenty-fifth of its life, with any options', () => {
    fc.assert(
      fc.property(lifetime, options, (lifetimeMs, tuning) => {
        const [latest = 0, earliest = 0] = [LOWEST, HIGHEST].map(
          (random) => scheduleToken(lifetimeMs, tuning, random).dueAfterMs,
        );
        expect(earliest).to.be.at.least(lifetimeMs * 0.04 - 1);
        expect(latest - earliest).to.be.within((lifetimeMs - latest) / 5 - 2, (lifetimeMs - latest) / 3 + 2);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has nothing to plan for a token without any life', () => {
    expect(scheduleToken(0, DEFAULTS, () => 0.5)).to.deep.equal({ dueAfterMs: 0, usableForMs: 0 });
  });

  it('goes by aheadMs or fraction, whichever is less', () => {
    const due = (tuning: object) => scheduleToken(600_000, { ...DEFAULTS, ...tuning }, LOWEST).dueAfterMs;
    expect(due({ aheadMs: 60_000 })).to.equal(540_000);
    expect(due({ fraction: 0.2 })).to.equal(480_000);
    expect(due({ fraction: 0.8 })).to.equal(120_000);
    expect(due({ aheadMs: 0 })).to.equal(580_000);
  });

  it('is given less of a spread where the fraction leaves no room for more', () => {
    const earliest = (fraction: number) =>
      scheduleToken(600_000, { ...DEFAULTS, fraction }, HIGHEST).dueAfterMs;
    expect([0.6, 0.72, 0.75, 0.8].map(earliest)).to.deep.equal([120_000, 24_000, 24_000, 24_000]);
  });
});

describe('scheduleToItsEnd', () => {
  it('makes a token due when it ends, and usable until then', () => {
    expect(scheduleToItsEnd(150_000)).to.deep.equal({ dueAfterMs: 150_000, usableForMs: 150_000 });
  });
});
