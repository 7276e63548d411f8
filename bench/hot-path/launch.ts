import { runChild } from '../shared/run-child.js';
import type { Contestant } from './contestants.js';
import type { Figures } from './run-contestant.js';
import type { Pace } from './timing.js';

/** MiB for new objects: what V8 goes up to by itself, but from the start, so that all have the same. */
const SEMI_SPACE = 16;

/** Runs a contestant in a process of its own. */
export function launch(contestant: Contestant, pace: Pace): Promise<Figures> {
  const script = new URL('./run-contestant.ts', import.meta.url);
  const flags = ['--expose-gc', `--min-semi-space-size=${SEMI_SPACE}`, `--max-semi-space-size=${SEMI_SPACE}`];
  return runChild(script, [JSON.stringify(contestant), JSON.stringify(pace)], flags);
}
