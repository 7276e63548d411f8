import { show } from '../../shared/spread.js';
import { describeGrowth, type Point } from '../growth.js';
import type { Findings, Measured } from '../measure.js';
import type { Calls } from '../measurements/calls.js';
import type { Operations } from '../measurements/operations.js';
import type { SizePlan } from '../plans.js';
import { count, type TitledTable } from './titled-table.js';

const CALLS: Readonly<Record<keyof Calls, string>> = {
  some: '`getToken({ clientId })`, of a hundred clients',
  handle: '`handle.getToken()`, of a hundred clients',
  any: '`getToken({ clientId })`, of any client',
  map: 'bare `Map.get()` and `Date.now()`, of any client',
};

const OPERATIONS: Readonly<Record<keyof Operations, string>> = {
  renewal: '`refresh({ clientId })`',
  newClient: 'first `getToken({ clientId })`',
  newClientInFull: 'the same, beyond `maxTargets`',
  invalidate: '`invalidate(token)`, of a token no longer held',
  status: '`status()`',
};

export function tableOfCalls({ calls }: Findings): TitledTable {
  return {
    title: 'A call for a token that is held',
    note: 'In ns, without awaiting it: the best of nine rounds. A hundred clients fit into the caches of the processor. With any of 100,000, in no order, what is measured is how far away the memory is; the bare `Map` shows the least of that.',
    table: makeTable(calls, CALLS, 1_000),
  };
}

export function tableOfOperations({ operations }: Findings): TitledTable {
  return {
    title: 'What is done less often',
    note: 'In µs, one after another, the best of nine rounds. Answers come at once from within the process, and their making is included (some 4 µs). `status()` describes every client.',
    table: makeTable(operations, OPERATIONS, 1),
  };
}

export function pointsOf<Result>(
  measured: readonly Measured<SizePlan, Result>[],
  value: (result: Result) => number,
): Point[] {
  return measured.map(({ plan: { clients }, result }) => ({ clients, value: value(result) }));
}

function makeTable<Name extends string>(
  measured: readonly Measured<SizePlan, Readonly<Record<Name, number>>>[],
  titles: Readonly<Record<Name, string>>,
  perUnit: number,
) {
  return {
    heads: ['', ...measured.map(({ plan }) => count(plan.clients)), 'grows'],
    rows: (Object.keys(titles) as Name[]).map((name) => {
      const points = pointsOf(measured, (result) => result[name] * perUnit);
      return [titles[name], ...points.map(({ value }) => show(value)), describeGrowth(points)];
    }),
  };
}
