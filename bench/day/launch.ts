import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestants.js';
import type { ScenarioReport } from './run-subject.js';
import type { Score } from './score.js';
import { USUAL_TURNS } from './virtual-time.js';

/** What a contestant scored, by the names of the scenarios. */
export interface Result {
  readonly contestant: Contestant;
  readonly scores: ReadonlyMap<string, Score>;
}

/** Runs a contestant in a process of its own. */
export async function launch(
  contestant: Contestant,
  scenarios: readonly string[],
  turns = USUAL_TURNS,
): Promise<Result> {
  const scores = new Map<string, Score>();
  const script = fileURLToPath(new URL('./run-subject.ts', import.meta.url));
  const child = fork(script, [contestant.file, scenarios.join(','), `${turns}`], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    execArgv: ['--import', 'tsx', '--max-semi-space-size=64'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.on('message', ({ scenario, score }: ScenarioReport) => scores.set(scenario, score));
  const words = child.stderr ? text(child.stderr) : '';
  const [code] = await once(child, 'close');
  if (scores.size < scenarios.length) {
    throw new Error(`${contestant.name} ended with ${code} before it was done.\n${await words}`);
  }
  return { contestant, scores };
}

/** Runs all contestants, as many at a time as given. */
export async function launchAll(
  contestants: readonly Contestant[],
  atATime: number,
  run: (contestant: Contestant) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...contestants.entries()].sort(
    ([, one], [, other]) => Number(other.isSlow ?? false) - Number(one.isSlow ?? false),
  );
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [place, contestant] = next;
      results[place] = await run(contestant);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return results;
}
