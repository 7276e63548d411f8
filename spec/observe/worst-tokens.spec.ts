import type { Meter } from '@opentelemetry/api';
import { expect } from 'chai';
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
  [[['absent', 'fail', 0, 0]], [0, Number.NaN]],
  [[['fresh', 'pass', -10, 50]], [50, 10]],
  [[['due', 'warn', -40, 20]], [20, 40]],
  [[['expired', 'pass', -400, -340]], undefined],
  [[['expired', 'warn', -400, -340]], undefined],
  [[['expired', 'fail', -70, -10]], [0, Number.NaN]],
  [[['rejected', 'fail', -10, 50]], [0, Number.NaN]],
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
      { attributes: { 'server.address': 'as.example' }, expiresIn: Number.NaN, age: Number.NaN },
    ]);
  });
});
