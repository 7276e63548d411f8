import type { Promised } from '../day/promises.js';
import { count } from '../scale/tables/titled-table.js';
import { show } from '../shared/spread.js';
import type { Findings } from './findings.js';
import type { RealFindings } from './real/measure.js';
import type { Trial } from './real/trial.js';
import type { Simulated } from './simulated/measure.js';
import { CALM, scenarios } from './simulated/scenarios.js';
import { requestsPerRenewal } from './simulated/tables.js';

const MOST_PER_RENEWAL = 1.05;
const MOST_PER_SECOND = 20;
/** Of what a call takes without a store: two processes of the same code differ as much. */
const MOST_TIMES_WITHOUT = 1.1;

/** What became of each target. */
export function judge({ real, simulated }: Findings): Promised[] {
  return [...(real ? judgeReal(real) : []), ...judgeSimulated(simulated ?? [])];
}

function judgeReal({ trials, hotPath }: RealFindings): Promised[] {
  return [
    ...trials.flatMap(judgeTrial),
    {
      words: `The store adds nothing to the hot path: no command, and at most ${MOST_TIMES_WITHOUT} times what a call takes without (${hotPath.commands} commands, ${show(hotPath.ratio.median)} times).`,
      isKept: hotPath.commands === 0 && hotPath.ratio.median <= MOST_TIMES_WITHOUT,
    },
  ];
}

function judgeTrial({ processes, requestsAtStart, requests, renewals, troubles }: Trial): Promised[] {
  const fleet = `Real, ${count(processes)} ${processes === 1 ? 'process' : 'processes'}`;
  const kinds = [...new Set(troubles)].join(', ');
  return [
    {
      words: `${fleet}, cold start together: one token request (${requestsAtStart}).`,
      isKept: requestsAtStart === 1,
    },
    {
      words: `${fleet}, ${renewals} renewals: ${renewals} token requests (${requests}).`,
      isKept: requests === renewals,
    },
    {
      words: `${fleet}: nothing failed, and nobody was warned (${kinds || 'nothing'}).`,
      isKept: troubles.length === 0,
    },
  ];
}

/** The largest fleet is judged, and that nobody notices anything in any. */
function judgeSimulated(results: readonly Simulated[]): Promised[] {
  const most = Math.max(...results.map(({ plan }) => plan.processes));
  const largest = results.filter(({ plan }) => plan.hasStore && plan.processes === most);
  return [
    ...largest.filter(({ scenario }) => scenario === CALM).map(judgeCalm),
    ...largest.map(judgeBusiest),
    ...(results.length > 0 ? judgeCallers(results) : []),
  ];
}

function judgeCalm(result: Simulated): Promised {
  const perRenewal = requestsPerRenewal(result);
  return {
    words: `Simulated, ${count(result.plan.processes)} processes, calm: at most ${MOST_PER_RENEWAL} token requests a renewal (${show(perRenewal)}).`,
    isKept: perRenewal <= MOST_PER_RENEWAL,
  };
}

function judgeBusiest({ scenario, plan, outcome }: Simulated): Promised {
  const busiest = Math.max(outcome.busiestStarting, outcome.busiestLater);
  const { title } = scenarios.find(({ name }) => name === scenario) ?? { title: scenario };
  return {
    words: `Simulated, ${count(plan.processes)} processes, ${lowerFirst(title)}: no second with more than ${MOST_PER_SECOND} token requests (${count(busiest)}).`,
    isKept: busiest <= MOST_PER_SECOND,
  };
}

function judgeCallers(results: readonly Simulated[]): Promised[] {
  const unserved = results.reduce((sum, { outcome }) => sum + outcome.unserved, 0);
  const unhandled = results.reduce((sum, { outcome }) => sum + outcome.unhandled, 0);
  return [
    {
      words: `Simulated, all fleets: every caller is served at once, the first token aside (${count(unserved)} were not).`,
      isKept: unserved === 0,
    },
    {
      words: `Simulated, all fleets: there is no unhandled rejection (${count(unhandled)}).`,
      isKept: unhandled === 0,
    },
  ];
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
