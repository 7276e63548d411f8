/** Whether the results stay the same when the event loop turns twice as often before virtual time moves on. */
import { isDeepStrictEqual } from 'node:util';
import { contestants } from './contestants.js';
import { launch } from './launch.js';
import { USUAL_TURNS } from './virtual-time.js';

/** Those with the longest chains of work: retries, and answers that take long. */
const SCENARIOS = ['failing', 'outage-480', 'slow', 'secret'];

for (const contestant of contestants) {
  const [usual, twice] = await Promise.all(
    [USUAL_TURNS, 2 * USUAL_TURNS].map((turns) => launch(contestant, SCENARIOS, turns)),
  );
  const isSame = isDeepStrictEqual(usual?.scores, twice?.scores);
  console.log(`${contestant.name}: ${isSame ? 'the same' : 'NOT THE SAME'}`);
  if (!isSame) process.exitCode = 1;
}
