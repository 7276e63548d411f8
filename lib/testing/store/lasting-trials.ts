import assert from 'node:assert';
import { LEASE_MS, LONGEST_LEASE_MS, type TokenStore } from '../../ground/token-store.js';
import type { Processes, Trials } from './contract-case.js';
import { mustBeHeldBy, mustTake } from './lease-trials.js';
import { newOwner, newTarget, newToken } from './made-up.js';
import { mustBeLeft, mustGiveBack, put } from './record-trials.js';
import { sleep, startWatch } from './store-time.js';

/** Longer than a lease that a provider takes. One wait serves all of them. */
const LASTING_MS = LEASE_MS + 200;

/** Sets something up; returns the later check that it is still there. */
type Lasting = (processes: Processes) => Promise<() => Promise<void>>;

const lease: Lasting = async ({ mine, theirs }) => {
  const [target, me] = [newTarget(), newOwner()];
  await mustTake(mine, target, me, LONGEST_LEASE_MS);
  return () => mustStillBeHeldBy(theirs, target, me);
};

const extendedLease: Lasting = async ({ mine, theirs }) => {
  const [target, me] = [newTarget(), newOwner()];
  await mustTake(mine, target, me, LONGEST_LEASE_MS);
  // Shorter than before, and longer than a store may give by itself.
  const isExtended = await mine.extendLease(target, me, LONGEST_LEASE_MS / 2);
  assert(isExtended, 'extendLease() must give true to the owner.');
  return () => mustStillBeHeldBy(theirs, target, me);
};

const token: Lasting = async ({ mine, theirs }) => {
  const [stored, before] = [newToken(), startWatch()];
  const target = await put(mine, stored);
  const after = startWatch();
  return async () => {
    await mustBeLeft(theirs, target, stored, { before, after });
    await mustGiveBack(theirs, target, stored);
  };
};

const tokenOfLapsedLease: Lasting = async ({ mine, theirs }) => {
  const stored = newToken();
  const target = await put(mine, stored);
  await mustTake(mine, target, newOwner(), 50);
  return () => mustGiveBack(theirs, target, stored);
};

/** That nothing ends before its time. */
export const lastingTrials: Trials = {
  'keeps leases for as long as it was told, and tokens, for more than 3 s': async (processes) => {
    const begun = [lease, extendedLease, token, tokenOfLapsedLease].map((begin) => begin(processes));
    const looks = await Promise.all(begun);
    await sleep(LASTING_MS);
    await Promise.all(looks.map((look) => look()));
  },
};

async function mustStillBeHeldBy(store: TokenStore, target: string, owner: string): Promise<void> {
  const isGiven = await store.takeLease(target, newOwner(), LONGEST_LEASE_MS);
  assert(!isGiven, 'takeLease() gave a lease that has not ended yet.');
  await mustBeHeldBy(store, target, owner);
}
