import assert from 'node:assert';
import { randomInt } from 'node:crypto';
import { LONGEST_LEASE_MS, type TokenStore } from '../../ground/token-store.js';
import type { Processes, Trials } from './contract-case.js';
import { mustBeHeldBy, mustTake } from './lease-trials.js';
import { newOwner, newTarget, newToken } from './made-up.js';
import { endsIn, sleep, startWatch, turn } from './store-time.js';

/** How many races run at once. */
const RACES = 4;
/** How often at least, and for how long, in ms: a store that looks first, and acts later, may be lucky in one, and most so if it is quick. */
const LEAST_TIMES = 2;
const RACING_MS = 100;
/** How many calls of one owner take part. */
const CALLS = 4;
const LONG_MS = LONGEST_LEASE_MS;

/** One call of who has the lease of `target`. */
type Call = (store: TokenStore, target: string, owner: string) => Promise<unknown>;

const release: Call = (store, target, owner) => store.releaseLease(target, owner);
const extend: Call = (store, target, owner) => store.extendLease(target, owner, LONG_MS);
const cutShort: Call = (store, target, owner) => store.extendLease(target, owner, 1);

/**
 * That each method looks who has the lease, and acts, in one step. A correct store passes in whatever order its calls come, and however
 * late it ends leases.
 */
export const raceTrials: Trials = {
  'releases no lease of the next owner, however late': (processes) =>
    mustLeaveToNext(processes, release, [release]),

  'extends no lease of the next owner, however late, nor takes it back': (processes) =>
    mustLeaveToNext(processes, extend, [extend, cutShort]),

  'stores one token for one lease, and says which': async ({ mine, theirs }) => {
    const spreadMs = await durationOf(mine, (store, target, owner) => store.write(target, owner, newToken()));
    await manyTimes(async () => {
      const [target, me] = [newTarget(), newOwner()];
      await mustTake(mine, target, me, LONG_MS);
      const tokens = Array.from({ length: CALLS }, () => newToken());
      const asked = tokens.map((token) => spread(spreadMs, () => mine.write(target, me, token)));
      const answers = await Promise.all(asked);
      const stored = tokens.filter((_, index) => answers[index]).map(({ value }) => value);
      assert.strictEqual(stored.length, 1, `write() stored ${stored.length} tokens for one lease.`);
      const { token, owner } = await theirs.read(target);
      assert.strictEqual(token?.value, stored[0], 'write() stored a token, and gave false.');
      assert.strictEqual(owner, undefined, 'write() must end the lease.');
    });
  },
};

/** While one owner makes such calls, and gives the lease back, others wait for it. Whoever gets it must keep it. */
async function mustLeaveToNext(
  { mine, theirs }: Processes,
  timed: Call,
  calls: readonly Call[],
): Promise<void> {
  const spreadMs = await durationOf(mine, timed);
  await manyTimes(async (race) => {
    const [target, me] = [newTarget(), newOwner()];
    await mustTake(mine, target, me, LONG_MS);
    let isOver = false;
    // In turn, so that those who wait come between two calls where these are sent one after the other.
    const pairs = Array.from({ length: CALLS }, (_, index) => {
      const call = index === 1 ? release : (calls[(race + index) % calls.length] as Call);
      const late = spread(spreadMs, () => call(mine, target, me));
      return { late, taker: takeOnceFree(theirs, target, () => isOver) };
    });
    const calling = Promise.all(pairs.map(({ late }) => late)).finally(() => {
      isOver = true;
    });
    const [taken] = await Promise.all([Promise.all(pairs.map(({ taker }) => taker)), calling]);
    const owners = taken.filter((owner) => owner !== undefined);
    assert(owners.length < 2, `takeLease() gave one lease to ${owners.length}.`);
    // All calls of the last owner are over, and one released the lease: if no waiter has it, it is free.
    const owner = owners[0] ?? newOwner();
    const take = () => theirs.takeLease(target, owner, LONG_MS);
    if (owners.length === 0) await endsIn(0, 'A lease that was released', startWatch(), take);
    // In case its time was made shorter.
    await sleep(2);
    await mustBeHeldBy(mine, target, owner);
  });
}

/** Asks for a lease until it is given, or `isOver`. Gives who has it now. */
async function takeOnceFree(
  store: TokenStore,
  target: string,
  isOver: () => boolean,
): Promise<string | undefined> {
  const owner = newOwner();
  while (!isOver()) {
    if (await store.takeLease(target, owner, LONG_MS)) return owner;
    if (randomInt(2) === 0) await turn();
  }
  return undefined;
}

/** How long such a call takes when nobody else is there, in ms. */
async function durationOf(store: TokenStore, call: Call): Promise<number> {
  const [target, me] = [newTarget(), newOwner()];
  await mustTake(store, target, me, LONG_MS);
  const watch = startWatch();
  await call(store, target, me);
  return watch();
}

/** Calls at some moment within `spanMs`. */
async function spread<T>(spanMs: number, call: () => Promise<T>): Promise<T> {
  const afterMs = randomInt(Math.ceil(spanMs) + 1);
  if (afterMs > 0) await sleep(afterMs);
  // A store may be quicker than timers.
  for (let turns = randomInt(3); turns > 0; turns -= 1) await turn();
  return call();
}

async function manyTimes(run: (race: number) => Promise<void>): Promise<void> {
  const watch = startWatch();
  for (let time = 0; time < LEAST_TIMES || watch() < RACING_MS; time += 1)
    await Promise.all(Array.from({ length: RACES }, (_, race) => run(time + race)));
}
