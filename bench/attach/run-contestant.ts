/** One contestant in a process of its own. Arguments: its file, the origin of the API, and how many rounds. */
import { TokenEndpoint } from '../hot-path/token-endpoint.js';
import type { OpenPair, Send } from './pair.js';

/** CPU time a request, in µs, one figure a round. */
export interface Figures {
  readonly plain: number[];
  readonly attached: number[];
  /** Elapsed time of a plain one. */
  readonly roundTrip: number[];
}

const WARM_UP = 6;
const REQUESTS = 250;

const [file = '', origin = '', rounds = '0'] = process.argv.slice(2);
const { open } = (await import(`./subjects/${file}.js`)) as { open: OpenPair };
const { plain, attached } = await open(origin, new TokenEndpoint());
await checkThatTokensArrive();
const figures: Figures = { plain: [], attached: [], roundTrip: [] };
for (let round = -WARM_UP; round < Number(rounds); round += 1) {
  // The one that goes first is another each time.
  const isTurned = round % 2 === 0;
  const first = await time(isTurned ? plain : attached);
  const second = await time(isTurned ? attached : plain);
  const [without, withToken] = isTurned ? [first, second] : [second, first];
  if (round < 0) continue;
  figures.plain.push(without.cpuUs);
  figures.attached.push(withToken.cpuUs);
  figures.roundTrip.push(without.elapsedUs);
}
process.send?.(figures, () => process.exit());

async function checkThatTokensArrive(): Promise<void> {
  const before = await plain();
  const counts = [await plain(), await attached(), await attached(), await plain()].map(
    (count) => count - before,
  );
  if (counts.join() !== '0,1,2,2')
    throw new Error(`The API saw other tokens than it should: ${counts.join()}.`);
}

async function time(send: Send): Promise<{ cpuUs: number; elapsedUs: number }> {
  const since = process.cpuUsage();
  const beganMs = performance.now();
  for (let request = 0; request < REQUESTS; request += 1) await send();
  const elapsedUs = ((performance.now() - beganMs) * 1_000) / REQUESTS;
  const { user, system } = process.cpuUsage(since);
  return { cpuUs: (user + system) / REQUESTS, elapsedUs };
}
