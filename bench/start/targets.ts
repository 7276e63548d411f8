import type { Promised } from '../day/promises.js';
import { show } from '../shared/spread.js';
import type { Result } from './measure.js';

const LONGEST_IMPORT_MS = 60;

/** What became of each target of this library. */
export function judge({ importMs, axios }: Result): Promised[] {
  const ms = importMs?.median ?? Number.NaN;
  // It is loaded sooner or later: otherwise looking for it would tell nothing.
  if (!axios) throw new Error('axios was never seen.');
  return [
    { words: `Import: at most ${LONGEST_IMPORT_MS} ms (${show(ms)}).`, isKept: ms <= LONGEST_IMPORT_MS },
    { words: 'axios is not loaded before the first token request.', isKept: axios === 'after' },
  ];
}
