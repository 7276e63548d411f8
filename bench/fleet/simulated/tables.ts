import { format } from '../../day/columns.js';
import type { Table } from '../../day/table.js';
import { count, type TitledTable } from '../../scale/tables/titled-table.js';
import { show } from '../../shared/spread.js';
import type { Simulated } from './measure.js';
import { scenarios } from './scenarios.js';

/** One for each scenario. */
export function makeSimulatedTables(results: readonly Simulated[]): TitledTable[] {
  return scenarios.map(({ name, title, note }) => ({
    title,
    note,
    table: makeTable(results.filter(({ scenario }) => scenario === name)),
  }));
}

/** What the fleet asked the server for, for each token that its processes took over on an average. */
export function requestsPerRenewal({ plan, outcome }: Simulated): number {
  return outcome.requestsLater / (outcome.renewals / plan.processes);
}

function makeTable(results: readonly Simulated[]): Table {
  return {
    heads: [
      'processes',
      'store',
      'requests/h',
      'a renewal',
      'busiest second, first minute',
      'later',
      'callers not served at once',
      'degrade a process',
      'recover a process',
      'store calls a process',
      'busiest second of the store',
    ],
    rows: results.map(describe),
  };
}

function describe(result: Simulated): string[] {
  const { plan, outcome } = result;
  const { processes, hasStore } = plan;
  const ofStore = (value: number, digits: number): string => (hasStore ? format(value, digits) : '');
  return [
    count(processes),
    hasStore ? 'shared' : 'none',
    count(outcome.requests),
    show(requestsPerRenewal(result)),
    count(outcome.busiestStarting),
    count(outcome.busiestLater),
    count(outcome.unserved),
    ofStore(outcome.degrades / processes, 2),
    ofStore(outcome.recovers / processes, 2),
    ofStore(outcome.storeCalls / processes, 1),
    ofStore(outcome.busiestOfStore, 0),
  ];
}
