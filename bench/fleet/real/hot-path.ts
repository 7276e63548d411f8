/**
 * What a call costs while a fresh token is held, with a store and without, in a process of its own. Arguments: the address of
 * Redis, and the pace as JSON.
 */

import type { TokenProvider, TokenStore } from '../../../lib/index.js';
import { kept } from '../../hot-path/loops.js';
import { type Pace, timeInTurn } from '../../hot-path/timing.js';
import { TokenEndpoint } from '../../hot-path/token-endpoint.js';
import { loadLibrary } from '../../scale/library.js';
import { type Spread, spreadOf } from '../../shared/spread.js';
import { CLIENT } from './messages.js';
import { countScripts } from './redis-server.js';
import { openStore } from './redis-store.js';

/** In ns of CPU time for an awaited `getToken()`. */
export interface HotPath {
  readonly without: Spread;
  readonly with: Spread;
  /** In each round, what it takes with a store beside what it takes without. */
  readonly ratio: Spread;
  /** Commands that Redis was sent meanwhile. */
  readonly commands: number;
}

const [redisUrl = '', pace = '{}'] = process.argv.slice(2);
const { TokenProvider: Provider } = await loadLibrary();
const { store, redis } = await openStore(redisUrl, 'hot-path:');
const shared = open(store);
const alone = open(undefined);
const settled = Promise.resolve(await shared.getToken());
await alone.getToken();
// What is done behind the first token is done by then.
await new Promise((resolve) => setTimeout(resolve, 200));
const before = await countScripts(redis);
const timings = await timeInTurn(
  // In the place of the floor, the same without a store.
  { limit: awaitSettled, floor: askAlone, subject: askShared },
  JSON.parse(pace) as Pace,
);
const result: HotPath = {
  without: spreadOf(timings.floor),
  with: spreadOf(timings.subject),
  ratio: spreadOf(timings.subject.map((ns, round) => ns / (timings.floor[round] ?? Number.NaN))),
  commands: (await countScripts(redis)) - before,
};
process.send?.(result, () => process.exit());

function open(store: TokenStore | undefined): TokenProvider {
  return new Provider({
    ...CLIENT,
    tokenEndpoint: 'https://auth.example.com/oauth/token',
    http: new TokenEndpoint().http,
    store,
  });
}

// Three times the same, on purpose: shared, it would be compiled for all that it is used with, and so well for none.

async function awaitSettled(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) kept.last = await settled;
}

async function askAlone(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) kept.last = await alone.getToken();
}

async function askShared(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) kept.last = await shared.getToken();
}
