import { runChild } from '../../shared/run-child.js';
import type { Tell } from '../tell.js';
import type { FleetPlan } from './fleet.js';
import type { Outcome } from './run-scenario.js';
import { type Scenario, scenarios } from './scenarios.js';

/** What became of one fleet in one scenario. */
export interface Simulated {
  readonly scenario: string;
  readonly plan: FleetPlan;
  readonly outcome: Outcome;
}

const SIZES = [1, 10, 100, 1_000, 10_000];
const QUICK_SIZES = [1, 10, 100];

/** One fleet after another, each in a process of its own. */
export async function measureSimulated(isQuick: boolean, tell: Tell): Promise<Simulated[]> {
  const results: Simulated[] = [];
  for (const scenario of scenarios) {
    for (const plan of planFleets(scenario, isQuick)) {
      const result = await simulate(scenario, plan);
      results.push(result);
      const store = plan.hasStore ? 'with' : 'without';
      const seconds = result.outcome.seconds.toFixed(1);
      tell(`simulated, ${scenario.name}, ${plan.processes} processes ${store} a store, ${seconds} s`);
    }
  }
  return results;
}

function planFleets({ isOfStore }: Scenario, isQuick: boolean): FleetPlan[] {
  const sizes = isQuick ? QUICK_SIZES : SIZES;
  const kinds = isOfStore ? [true] : [true, false];
  return sizes.flatMap((processes) => kinds.map((hasStore) => ({ processes, hasStore })));
}

async function simulate({ name }: Scenario, plan: FleetPlan): Promise<Simulated> {
  const script = new URL('./run-scenario.ts', import.meta.url);
  return { scenario: name, plan, outcome: await runChild<Outcome>(script, [name, JSON.stringify(plan)]) };
}
