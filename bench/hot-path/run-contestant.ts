/**
 * One contestant in a process of its own: gets all tokens, times the calls, and sends the figures to the parent.
 * Arguments: the contestant and the pace, as JSON.
 */
import { type Allocation, measureAllocation } from './allocation.js';
import type { Contestant } from './contestants.js';
import { makeLoops } from './loops.js';
import { sample } from './sample.js';
import { type Pace, type Timings, timeInTurn } from './timing.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { Room, Way } from './way.js';
import { makeYardsticks } from './yardsticks.js';

/** What one process found. */
export interface Figures extends Timings {
  readonly bytes: Allocation;
  readonly isAwaited: boolean;
}

const [contestantText = '', paceText = ''] = process.argv.slice(2);
const { file, detail, held, asked } = JSON.parse(contestantText) as Contestant;
const { open } = (await import(`./subjects/${file}.js`)) as {
  open: (room: Room, detail: string) => Way | Promise<Way>;
};

const endpoint = new TokenEndpoint();
const room: Room = { endpoint, held, asked: sample(held, asked) };
const way = await open(room, detail);
await checkTokens();
const requests = endpoint.requests;
// What getting so many tokens has left behind is not to be collected while calls are timed.
globalThis.gc?.();
const loops = makeLoops(way, makeYardsticks(room));
const figures: Figures = {
  ...(await timeInTurn(loops, JSON.parse(paceText) as Pace)),
  bytes: await measureAllocation(loops),
  isAwaited: 'ask' in way,
};
await checkTokens();
if (endpoint.requests > requests) throw new Error('Tokens were requested while calls were timed.');
process.send?.(figures, () => process.exit());

/** Figures of calls that give no token would mean nothing. */
async function checkTokens(): Promise<void> {
  for (let place = 0; place < asked; place += 1) {
    const token = 'ask' in way ? await way.ask(place) : way.look(place);
    if (token === undefined || !endpoint.hasGranted(token)) {
      throw new Error(`There is no token at place ${place}.`);
    }
  }
}
