import { expect } from 'chai';
import fc from 'fast-check';
import {
  between,
  delayAfter,
  type FailureKind,
  leastCapWithoutToken,
} from '../../lib/renewal/retry-delays.js';

const DELAYS = { minDelayMs: 1_000, maxDelayMs: 30_000 };
const LOWEST = () => 0;
const HIGHEST = () => 1 - 2 ** -53;

describe('delayAfter', () => {
  const passing = { kind: 'passing' as FailureKind, before: 0, usableMs: 0, retryAfterMs: undefined };
  const range = (failed: Partial<typeof passing> | { retryAfterMs: number }) =>
    [LOWEST, HIGHEST].map((random) => delayAfter({ ...passing, ...failed }, DELAYS, random));

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
    ['the client is refused', { kind: 'refused' }, [5_000, 15_000]],
    ['it is refused the tenth time', { kind: 'refused', before: 9 }, [5_000, 15_000]],
    ['it is refused, with a token', { kind: 'refused', usableMs: 90_000 }, [15_000, 30_000]],
    ['it is refused again, with a token', { kind: 'refused', before: 1, usableMs: 1e9 }, [30_000, 60_000]],
    ['it is refused, a third of 60 s', { kind: 'refused', before: 9, usableMs: 60_000 }, [10_000, 20_000]],
    ['it is refused, at least 5 s', { kind: 'refused', before: 9, usableMs: 9 }, [5_000, 5_500]],
    ['any other permanent failure', { kind: 'permanent' }, [500, 1_000]],
    ['the fourth', { kind: 'permanent', before: 3 }, [4_000, 8_000]],
    ['the fifth, at the cap of 15 s', { kind: 'permanent', before: 4 }, [7_500, 15_000]],
    ['the thousandth', { kind: 'permanent', before: 999 }, [7_500, 15_000]],
    ['the first with a token', { kind: 'permanent', usableMs: 90_000 }, [15_000, 30_000]],
    ['the second with a token', { kind: 'permanent', before: 1, usableMs: 1e9 }, [30_000, 60_000]],
    ['the tenth with a token', { kind: 'permanent', before: 9, usableMs: 1e9 }, [150_000, 300_000]],
    ['the tenth, a third of 60 s', { kind: 'permanent', before: 9, usableMs: 60_000 }, [10_000, 20_000]],
    ['the tenth, at least half a second', { kind: 'permanent', before: 9, usableMs: 9 }, [500, 1_000]],
    ['Retry-After 5 s: on top', { kind: 'permanent', retryAfterMs: 5_000 }, [5_500, 6_000]],
    ['a roll-out', { kind: 'roll-out' }, [500, 1_000]],
    ['the tenth of a roll-out', { kind: 'roll-out', before: 9, usableMs: 1e9 }, [500, 1_000]],
    ['a roll-out that is tried for 700 ms more', { kind: 'roll-out', rollOutMs: 700 }, [500, 700]],
    ['a roll-out, Retry-After 5 s', { kind: 'roll-out', rollOutMs: 7, retryAfterMs: 5_000 }, [5_007, 5_007]],
  ];
  for (const [after, failed, [lowest, highest]] of table) {
    it(`waits ${lowest} to ${highest} ms: ${after}`, () => {
      expect(range(failed)).to.deep.equal([lowest, highest]);
    });
  }

  it('keeps its jitter at every cap: no two delays of a fleet need be alike', () => {
    const failed = fc.record({
      kind: fc.constantFrom<FailureKind>('passing', 'refused', 'permanent', 'roll-out'),
      before: fc.nat(2_000),
      usableMs: fc.constantFrom(0, 1, 6_000, 600_000),
      retryAfterMs: fc.constantFrom(undefined, 0, 5_000, 3_600_000, 9e9),
    });
    fc.assert(
      fc.property(failed, (one) => {
        const [lowest = 0, highest = 0] = [LOWEST, HIGHEST].map((random) => delayAfter(one, DELAYS, random));
        expect(highest - lowest).to.be.at.least(one.kind === 'passing' ? 700 : 500);
        expect(lowest).to.be.at.least(Math.min(one.retryAfterMs ?? 0, 3_600_000) + 300);
      }),
    );
  });

  it('remembers no permanent failure past a third of what is left of a token, nor for more than 5 min', () => {
    const failed = fc.record({
      kind: fc.constantFrom<FailureKind>('refused', 'permanent'),
      before: fc.nat(2_000),
      usableMs: fc.double({ min: 18_000, max: 1e10, noNaN: true }),
    });
    fc.assert(
      fc.property(failed, (one) => {
        const [lowest, highest = 0] = range(one);
        expect(highest).to.be.at.most(Math.ceil(Math.min(one.usableMs / 3, 300_000)));
        expect(lowest).to.be.at.least(one.kind === 'refused' ? 5_000 : highest / 2 - 1);
      }),
    );
  });

  it('is never 0, however small the options', () => {
    expect(delayAfter(passing, { minDelayMs: 1, maxDelayMs: 1 }, LOWEST)).to.equal(1);
  });

  it('follows the options', () => {
    const delay = (usableMs: number) =>
      delayAfter({ ...passing, before: 20, usableMs }, { minDelayMs: 10, maxDelayMs: 50 }, HIGHEST);
    expect([delay(0), delay(600_000)]).to.deep.equal([25, 50]);
    expect(delayAfter({ ...passing, before: 9 }, { minDelayMs: 40, maxDelayMs: 50 }, HIGHEST)).to.equal(40);
  });
});

describe('leastCapWithoutToken', () => {
  it('is the least delay at the cap for callers without a token', () => {
    expect(leastCapWithoutToken(DELAYS)).to.equal(4_500);
    expect(leastCapWithoutToken({ minDelayMs: 40, maxDelayMs: 50 })).to.equal(12);
  });

  it('is no more than any delay that was drawn at that cap', () => {
    const delays = fc
      .tuple(fc.integer({ min: 1, max: 3_600_000 }), fc.integer({ min: 1, max: 3_600_000 }))
      .map(([one, other]) => ({ minDelayMs: Math.min(one, other), maxDelayMs: Math.max(one, other) }));
    const atCap = { kind: 'passing' as const, before: 2_000, usableMs: 0, retryAfterMs: undefined };
    fc.assert(
      fc.property(delays, (options) => {
        const leastMs = delayAfter(atCap, options, LOWEST);
        expect(leastCapWithoutToken(options)).to.be.within(leastMs - 1, leastMs);
      }),
    );
  });
});

describe('between', () => {
  it('draws from the low bound up to the high one, evenly', () => {
    const draws = [LOWEST, () => 0.5, HIGHEST].map((random) => between(5_000, 15_000, random));
    expect(draws.map(Math.round)).to.deep.equal([5_000, 10_000, 15_000]);
  });
});
