import { launch } from './launch.js';
import type { Calls } from './measurements/calls.js';
import type { FirstTokens, FirstTokensPlan } from './measurements/first-tokens.js';
import type { Memory } from './measurements/memory.js';
import type { Operations } from './measurements/operations.js';
import type { PausesPlan, Situations } from './measurements/pauses.js';
import type { Renewals, RenewalsPlan } from './measurements/renewals.js';
import {
  planFirstTokens,
  planOperations,
  planPauses,
  planRenewals,
  planSizes,
  type SizePlan,
} from './plans.js';

/** What was measured, and how it was. */
export interface Measured<Plan, Result> {
  readonly plan: Plan;
  readonly result: Result;
}

export interface Findings {
  readonly memory: readonly Measured<SizePlan, Memory>[];
  readonly calls: readonly Measured<SizePlan, Calls>[];
  readonly operations: readonly Measured<SizePlan, Operations>[];
  readonly renewals: readonly Measured<RenewalsPlan, Renewals>[];
  readonly pauses: readonly Measured<PausesPlan, Situations>[];
  readonly firstTokens: readonly Measured<FirstTokensPlan, FirstTokens>[];
}

/** Optimized code comes and goes, and would count as what clients take. */
const UNOPTIMIZED = ['--no-opt', '--no-flush-bytecode'];

/** Told what is done. */
export type Tell = (words: string) => void;

/** Measures one thing after another, each in a process of its own. A check leaves out what nothing is demanded of. */
export async function measureAll(isCheck: boolean, tell: Tell): Promise<Findings> {
  return {
    memory: await measureEach('memory', planSizes(), tell, UNOPTIMIZED),
    calls: await measureEach('calls', planSizes(), tell),
    operations: await measureEach('operations', planOperations(isCheck), tell),
    renewals: await measureEach('renewals', planRenewals(isCheck), tell),
    pauses: await measureEach('pauses', planPauses(), tell),
    firstTokens: await measureEach('first-tokens', isCheck ? [] : planFirstTokens(), tell),
  };
}

async function measureEach<Plan extends object, Result>(
  measurement: string,
  plans: readonly Plan[],
  tell: Tell,
  flags: readonly string[] = [],
): Promise<Measured<Plan, Result>[]> {
  const measured: Measured<Plan, Result>[] = [];
  for (const plan of plans) {
    measured.push({ plan, result: await launch<Result>(measurement, plan, flags) });
    tell(`${measurement}: ${Object.values(plan).join(', ')}`);
  }
  return measured;
}
