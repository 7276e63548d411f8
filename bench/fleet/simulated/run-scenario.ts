/**
 * One fleet in one scenario, in a process of its own: sends what came of it to the parent. Arguments: the scenario, and the
 * plan as JSON.
 */
import { seededRandom } from '../../day/random.js';
import { VirtualTime } from '../../day/virtual-time.js';
import { loadLibrary } from '../../scale/library.js';
import { Fleet, type FleetPlan } from './fleet.js';
import { scenarios } from './scenarios.js';
import { START_S } from './tally.js';

/** Over an hour of virtual time. */
export interface Outcome {
  /** Token requests. */
  readonly requests: number;
  readonly requestsLater: number;
  /** Of the first minute, and of the rest of the hour. */
  readonly busiestStarting: number;
  readonly busiestLater: number;
  /** Tokens that took the place of an earlier one, in all processes, after the first minute. */
  readonly renewals: number;
  readonly firstTokens: number;
  readonly asked: number;
  readonly unserved: number;
  readonly degrades: number;
  readonly recovers: number;
  readonly storeCalls: number;
  readonly busiestOfStore: number;
  readonly unhandled: number;
  /** What it took, in true seconds. */
  readonly seconds: number;
}

/** All that is done in one step is done in promises, but for giving up a call of the store, which takes one turn. */
const TURNS = 1;
const MINUTE_MS = 60_000;
const STRIKE_AFTER_MS = 20 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;

const [name, plan = '{}'] = process.argv.slice(2);
const beganNs = process.hrtime.bigint();
const trueTime = process.hrtime.bigint;
// Before the library is loaded.
const time = new VirtualTime(TURNS);
Math.random = seededRandom(1, 'subject');
let unhandled = 0;
const countUnhandled = (): void => {
  unhandled += 1;
};
process.on('unhandledRejection', countUnhandled);
process.on('uncaughtException', countUnhandled);
time.onCrash = countUnhandled;

const outcome = await live(JSON.parse(plan) as FleetPlan);
process.send?.(outcome, () => process.exit());

async function live(plan: FleetPlan): Promise<Outcome> {
  const fleet = new Fleet(time, await loadLibrary(), plan);
  const { strike } = scenarios.find((scenario) => scenario.name === name) ?? {};
  if (strike) time.at(STRIKE_AFTER_MS, () => fleet.endpoint.atNextRequest(() => strike(fleet)));
  fleet.start();
  await time.runUntil(HOUR_MS);
  return {
    requests: fleet.requests.sum(),
    requestsLater: fleet.requests.sum(START_S),
    busiestStarting: fleet.requests.most(0, START_S),
    busiestLater: fleet.requests.most(START_S),
    renewals: fleet.renewals.sum(START_S),
    firstTokens: fleet.firstTokens.sum(),
    asked: fleet.asked.sum(),
    unserved: fleet.unserved.sum(),
    degrades: fleet.degrades.sum(),
    recovers: fleet.recovers.sum(),
    storeCalls: fleet.storeCalls.sum(),
    busiestOfStore: fleet.storeCalls.most(),
    unhandled,
    seconds: Number(trueTime() - beganNs) / 1e9,
  };
}
