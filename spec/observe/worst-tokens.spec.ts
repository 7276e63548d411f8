import type { Meter } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import type { EntryHealth, HealthStatus } from '../../lib/entry/entry-health.js';
import { MetricAttributes } from '../../lib/observe/attributes/metric-attributes.js';
import { type WorstToken, WorstTokens } from '../../lib/observe/worst-tokens.js';
import type { TokenState } from '../../lib/token/token-slot.js';

const NOW = 1_000_000;

/** A target whose token was issued and ends so many seconds from now. */
type Row = readonly [state: TokenState, status: HealthStatus, issued: number, ends: number];

function entry([state, status, issued, ends]: Row): EntryHealth {
  return {
    target: { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] },
    state,
    status,
    refreshing: false,
    issuedAt: state === 'absent' ? undefined : NOW + issued * 1_000,
    dueAt: undefined,
    expiresAt: state === 'absent' ? undefined : NOW + ends * 1_000,
    consecutiveFailures: 0,
    lastErrorCode: undefined,
    nextAttemptAt: undefined,
  };
}

const TABLE: readonly (readonly [readonly Row[], expected: readonly [number, number] | undefined])[] = [
  [[], undefined],
  [[['absent', 'pass', 0, 0]], undefined],
  [[['absent', 'fail', 0, 0]], [0, 0]],
  [[['fresh', 'pass', -10, 50]], [50, 10]],
  [[['due', 'warn', -40, 20]], [20, 40]],
  [[['expired', 'pass', -400, -340]], undefined],
  [[['expired', 'warn', -400, -340]], undefined],
  [[['expired', 'fail', -70, -10]], [0, 0]],
  [[['rejected', 'fail', -10, 50]], [0, 0]],
  [[['rejected', 'warn', -10, 50]], undefined],
  [[['fresh', 'pass', 5, 65]], [65, 0]],
  [[['fresh', 'pass', -60, -1]], [0, 60]],
  [
    [
      ['fresh', 'pass', -10, 50],
      ['due', 'warn', -40, 20],
    ],
    [20, 40],
  ],
  [
    [
      ['fresh', 'pass', -10, 50],
      ['expired', 'fail', -90, -30],
    ],
    [0, 10],
  ],
  [
    [
      ['fresh', 'pass', -10, 50],
      ['expired', 'pass', -90, -30],
    ],
    [50, 10],
  ],
];

describe('WorstTokens', () => {
  const attributes = new MetricAttributes({} as Meter, undefined);
  const find = (worst: WorstTokens, rows: readonly Row[]): WorstToken[] =>
    worst.find([{ health: { status: 'pass', entries: rows.map(entry) }, attributes }], NOW);

  for (const [rows, expected] of TABLE)
    it(`finds ${expected ?? 'nothing'} among ${rows.map((row) => row.join(' ')).join(', ') || 'none'}`, () => {
      const [expiresIn, age] = expected ?? [];
      const told = expected ? [{ attributes: { 'server.address': 'as.example' }, expiresIn, age }] : [];
      expect(find(new WorstTokens(), rows)).to.deep.equal(told);
      expect(find(new WorstTokens(), rows.toReversed())).to.deep.equal(told);
    });

  it('tells that there is nothing any more where there was something once', () => {
    const worst = new WorstTokens();
    find(worst, [['fresh', 'pass', -10, 50]]);
    expect(find(worst, [])).to.deep.equal([
      { attributes: { 'server.address': 'as.example' }, expiresIn: -1, age: 0 },
    ]);
  });

  it('tells numbers alone, and no time below 0 where there is a token, or a target fails', () => {
    const seconds = fc.integer({ min: -100_000, max: 100_000 });
    const state = fc.constantFrom('absent', 'fresh', 'due', 'expired', 'rejected');
    const rows = fc.array(fc.tuple(state, fc.constantFrom('pass', 'warn', 'fail'), seconds, seconds));
    fc.assert(
      fc.property(fc.array(rows), (collections) => {
        const worst = new WorstTokens();
        for (const given of collections) {
          const isNone = given.every(([is, status]) => is !== 'fresh' && is !== 'due' && status !== 'fail');
          for (const { expiresIn, age } of find(worst, given)) {
            expect(age).to.be.within(0, 200_000);
            if (isNone) expect([expiresIn, age]).to.deep.equal([-1, 0]);
            else expect(expiresIn).to.be.within(0, 200_000);
          }
        }
      }),
    );
  });
});
