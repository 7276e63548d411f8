import assert from 'node:assert';
import { LONGEST_LEASE_MS, type TokenStore } from '../../ground/token-store.js';
import type { Trials } from './contract-case.js';
import { newOwner, newTarget } from './made-up.js';
import { endsIn, sleep, startWatch, withinSpan } from './store-time.js';

const LONG_MS = LONGEST_LEASE_MS;
const TAKERS = 20;
/** How messages call it. */
const LEASE = 'A lease';

/** Who may have a lease, and who ends it. */
export const leaseTrials: Trials = {
  'gives a lease that is free, and tells who has it': async ({ mine, theirs }) => {
    const [target, me] = [newTarget(), newOwner()];
    await mustTake(mine, target, me, LONG_MS);
    await mustBeHeldBy(theirs, target, me);
  },

  'gives a lease that somebody has to nobody else, nor once more to its owner': async ({ mine, theirs }) => {
    const [target, me] = [newTarget(), newOwner()];
    await mustTake(mine, target, me, LONG_MS);
    const isGiven = await theirs.takeLease(target, newOwner(), LONG_MS);
    assert(!isGiven, 'takeLease() gave a lease that somebody else has.');
    const isGivenAgain = await mine.takeLease(target, me, LONG_MS);
    assert(!isGivenAgain, 'takeLease() gave a lease to its owner once more: it is not free.');
    await mustBeHeldBy(theirs, target, me);
  },

  'gives a lease to one of many who ask at once': async ({ mine, theirs }) => {
    for (let round = 0; round < 5; round += 1) {
      const target = newTarget();
      await mustGiveToOne([mine, theirs], target);
    }
  },

  'releases a lease for its owner, at once': async ({ mine, theirs }) => {
    const [target, me] = [newTarget(), newOwner()];
    await mustTake(mine, target, me, LONG_MS);
    await mustBeHeldBy(theirs, target, me);
    await mine.releaseLease(target, me);
    await mustBeHeldBy(theirs, target, undefined);
    await mustTake(theirs, target, newOwner(), LONG_MS);
  },

  'releases a lease for nobody else': async ({ mine, theirs }) => {
    const [target, me] = [newTarget(), newOwner()];
    await theirs.releaseLease(target, newOwner());
    await mustTake(mine, target, me, LONG_MS);
    await theirs.releaseLease(target, newOwner());
    await mustBeHeldBy(theirs, target, me);
  },

  'extends a lease for its owner, who may do so again and again': async ({ mine, theirs }) =>
    withinSpan(async (spanMs) => {
      const [target, me, watch] = [newTarget(), newOwner(), startWatch()];
      await mustTake(mine, target, me, spanMs);
      const isExtended = await mine.extendLease(target, me, LONG_MS);
      if (watch() >= spanMs) return false;
      assert(isExtended, 'extendLease() must give true to the owner.');
      const isExtendedAgain = await mine.extendLease(target, me, LONG_MS);
      assert(isExtendedAgain, 'extendLease() must give true to the owner, again.');
      await sleep(spanMs * 1.2);
      await mustBeHeldBy(theirs, target, me);
      return true;
    }),

  'makes a lease shorter, too': async ({ mine, theirs }) => {
    const [target, me] = [newTarget(), newOwner()];
    await mustTake(mine, target, me, LONG_MS);
    const watch = startWatch();
    const isShortened = await mine.extendLease(target, me, 150.5);
    assert(isShortened, 'extendLease() must give true to the owner, whose lease becomes shorter.');
    await mustLapse(theirs, target, 150.5, watch);
  },

  'extends a lease for nobody else': async ({ mine, theirs }) => {
    const [target, me, watch] = [newTarget(), newOwner(), startWatch()];
    await mustTake(mine, target, me, 150);
    const isExtended = await theirs.extendLease(target, newOwner(), LONG_MS);
    assert(!isExtended, 'extendLease() must give false to who does not have the lease.');
    await mustLapse(theirs, target, 150, watch);
  },

  'extends no lease that nobody has': async ({ mine, theirs }) => {
    const [target, me] = [newTarget(), newOwner()];
    const isExtended = await mine.extendLease(target, me, LONG_MS);
    assert(!isExtended, 'extendLease() must give false where nobody has the lease.');
    await mustBeHeldBy(theirs, target, undefined);
  },
};

/** That they end by themselves. */
export const leaseEndTrials: Trials = {
  'ends a lease when its time is over, whoever asks for it meanwhile': async ({ mine, theirs }) => {
    const [target, watch] = [newTarget(), startWatch()];
    await mustTake(mine, target, newOwner(), 150.5);
    await endsIn(150.5, LEASE, watch, () => theirs.takeLease(target, newOwner(), LONG_MS));
  },

  'tells nobody of a lease that has ended': async ({ mine, theirs }) => {
    const [target, watch] = [newTarget(), startWatch()];
    await mustTake(mine, target, newOwner(), 150);
    await mustLapse(theirs, target, 150, watch);
  },

  'gives a lease that has ended to one of many who ask at once': async ({ mine, theirs }) => {
    const [target, watch] = [newTarget(), startWatch()];
    await mustTake(mine, target, newOwner(), 100);
    await mustLapse(theirs, target, 100, watch);
    await mustGiveToOne([mine, theirs], target);
  },

  'gives a lease that has ended back to nobody by extending it': async ({ mine, theirs }) => {
    const [target, me, watch] = [newTarget(), newOwner(), startWatch()];
    await mustTake(mine, target, me, 100);
    await mustLapse(theirs, target, 100, watch);
    const isExtended = await mine.extendLease(target, me, LONG_MS);
    assert(!isExtended, 'extendLease() must give false once the lease has ended.');
    await mustBeHeldBy(theirs, target, undefined);
  },

  'leaves a lease to its new owner, whatever the last one does': async ({ mine, theirs }) => {
    const [target, me, other, watch] = [newTarget(), newOwner(), newOwner(), startWatch()];
    await mustTake(mine, target, me, 100);
    await endsIn(100, LEASE, watch, () => theirs.takeLease(target, other, LONG_MS));
    const isExtended = await mine.extendLease(target, me, 1);
    assert(!isExtended, 'extendLease() must give false once somebody else has the lease.');
    await mine.releaseLease(target, me);
    await mustBeHeldBy(theirs, target, other);
  },
};

/** @param watch was started before the lease was given */
export function mustLapse(store: TokenStore, target: string, ms: number, watch: () => number): Promise<void> {
  return endsIn(ms, LEASE, watch, async () => (await store.read(target)).owner === undefined);
}

export async function mustTake(store: TokenStore, target: string, owner: string, ms: number): Promise<void> {
  const isGiven = await store.takeLease(target, owner, ms);
  assert(isGiven, 'takeLease() must give a lease that is free.');
}

export async function mustBeHeldBy(
  store: TokenStore,
  target: string,
  owner: string | undefined,
): Promise<void> {
  const state = await store.read(target);
  const who = owner === undefined ? 'nobody now' : 'still its owner';
  assert.strictEqual(state.owner, owner, `read() must tell who has the lease, which is ${who}.`);
}

async function mustGiveToOne(stores: readonly TokenStore[], target: string): Promise<void> {
  const owners = Array.from({ length: TAKERS }, newOwner);
  const asked = owners.map((owner, index) =>
    (stores[index % stores.length] as TokenStore).takeLease(target, owner, LONG_MS),
  );
  const given = await Promise.all(asked);
  const winners = owners.filter((_, index) => given[index]);
  assert.strictEqual(winners.length, 1, `takeLease() gave one lease to ${winners.length} at once.`);
  await mustBeHeldBy(stores[0] as TokenStore, target, winners[0]);
}
