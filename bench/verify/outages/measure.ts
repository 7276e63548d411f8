import { runCompiledChild } from '../../shared/run-child.js';
import type { Contestant } from '../contestants.js';
import type { Outage } from './outage.js';
import type { Score } from './score.js';

export interface Borne {
  readonly contestant: Contestant;
  /** One for each outage. */
  readonly scores: readonly Score[];
}

/** As many as the smallest of machines has cores. */
const AT_A_TIME = 2;
const CHILD = 'verify/outages/run-subject';
const FLAGS = ['--max-semi-space-size=64'];

export async function measureOutages(
  contestants: readonly Contestant[],
  outages: readonly Outage[],
): Promise<Borne[]> {
  const found: Borne[] = [];
  const queue = [...contestants.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [place, contestant] = next;
      const startedAt = performance.now();
      const scores = await runCompiledChild<Score[]>(
        CHILD,
        [contestant.file, JSON.stringify(outages)],
        FLAGS,
      );
      found[place] = { contestant, scores };
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      console.log(`Outages: ${contestant.name} is done, in ${seconds} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return found;
}
