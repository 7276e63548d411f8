/**
 * All that are attached to one client library, in one process. Arguments: the kind, the origin of the API, how many rounds, and
 * by how much tokens are padded.
 */
import { TokenEndpoint } from '../hot-path/token-endpoint.js';
import { shuffled } from '../scale/stopwatch.js';
import { lowOf } from '../shared/spread.js';
import { contestants } from './contestants.js';
import type { OpenPair, Pair, Send } from './pair.js';

/** By the names of the contestants, in µs a request. */
export interface Figures {
  /** CPU time beyond that of a plain request. */
  readonly overheads: Record<string, number>;
  /** The same of a second plain one: what these figures are off by. */
  readonly control: number;
  readonly plain: number;
  /** Elapsed time of a plain one. */
  readonly roundTrip: number;
}

interface Timed {
  readonly send: Send;
  readonly cpuUs: number[];
  readonly elapsedUs: number[];
}

const WARM_UP = 30;
const REQUESTS = 50;

const [kind = '', origin = '', rounds = '0', padding = '0'] = process.argv.slice(2);
const pairs = new Map<string, Pair>();
for (const { name, file } of contestants.filter((contestant) => contestant.kind === kind)) {
  const { open } = (await import(`./subjects/${file}.js`)) as { open: OpenPair };
  const pair = await open(origin, new TokenEndpoint(Number(padding)));
  await checkThatTokensArrive(pair);
  pairs.set(name, pair);
}
const [{ makePlain } = missing()] = pairs.values();
const plain = timed(makePlain());
const again = timed(makePlain());
const attached = [...pairs].map(([name, pair]) => ({ name, timed: timed(pair.attached) }));
const all = [plain, again, ...attached.map((one) => one.timed)];
for (let round = -WARM_UP; round < Number(rounds); round += 1) {
  // In another order each time, by chance.
  for (const one of shuffled(all, Math.random)) await time(one, round >= 0);
}
const plainUs = lowOf(plain.cpuUs);
const figures: Figures = {
  overheads: Object.fromEntries(attached.map((one) => [one.name, lowOf(one.timed.cpuUs) - plainUs])),
  control: lowOf(again.cpuUs) - plainUs,
  plain: plainUs,
  roundTrip: lowOf(plain.elapsedUs),
};
process.send?.(figures, () => process.exit());

async function checkThatTokensArrive(pair: Pair): Promise<void> {
  const bare = pair.makePlain();
  const before = await bare();
  const counts = [await bare(), await pair.attached(), await pair.attached(), await bare()].map(
    (count) => count - before,
  );
  if (counts.join() !== '0,1,2,2')
    throw new Error(`The API saw other tokens than it should: ${counts.join()}.`);
}

function timed(send: Send): Timed {
  return { send, cpuUs: [], elapsedUs: [] };
}

async function time({ send, cpuUs, elapsedUs }: Timed, counts: boolean): Promise<void> {
  const since = process.cpuUsage();
  const beganMs = performance.now();
  for (let request = 0; request < REQUESTS; request += 1) await send();
  const passedMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(since);
  if (!counts) return;
  cpuUs.push((user + system) / REQUESTS);
  elapsedUs.push((passedMs * 1_000) / REQUESTS);
}

function missing(): never {
  throw new Error(`Nothing is attached to ${kind}.`);
}
