import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { TokenStore } from '../../../lib/ground/token-store.js';
import type { MemoryTokenStore } from '../../../lib/stores/memory-token-store.js';
import { leaseEndTrials, leaseTrials } from '../../../lib/testing/store/lease-trials.js';
import { verdictOn, wrongStore } from '../../support/wrong-store.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What is wrong, how, the case that notices, and what it says. */
const rows: readonly (readonly [
  string,
  (good: MemoryTokenStore) => Partial<TokenStore>,
  string,
  RegExp | string,
])[] = [
  [
    'gives no lease at all',
    () => ({ takeLease: async () => false }),
    'gives a lease that is free',
    'must give',
  ],
  [
    'does not tell who has the lease',
    (good) => ({ read: async (target) => ({ token: (await good.read(target)).token }) }),
    'gives a lease that is free',
    'must tell who has the lease',
  ],
  [
    'gives every lease to everybody',
    (good) => ({
      takeLease: async (target, owner, ms) => {
        await good.releaseLease(target, (await good.read(target)).owner ?? '');
        return good.takeLease(target, owner, ms);
      },
    }),
    'gives a lease that somebody has to nobody else',
    'that somebody else has',
  ],
  [
    'gives a lease to its owner again and again',
    (good) => ({
      takeLease: async (target, owner, ms) =>
        (await good.takeLease(target, owner, ms)) || good.extendLease(target, owner, ms),
    }),
    'gives a lease that somebody has to nobody else',
    'once more',
  ],
  [
    'looks whether a lease is free, and takes it later',
    (good) => ({
      takeLease: async (target, owner, ms) => {
        const { owner: before } = await good.read(target);
        await turn();
        if (before !== undefined) return false;
        return (await good.takeLease(target, owner, ms)) || true;
      },
    }),
    'gives a lease to one of many',
    /to 20 at once/,
  ],
  [
    'takes no lease away when it is released',
    () => ({ releaseLease: async () => undefined }),
    'releases a lease for its owner',
    'must tell who has the lease',
  ],
  [
    'releases a lease some time later',
    (good) => ({ releaseLease: async (...call) => void setTimeout(() => good.releaseLease(...call), 20) }),
    'releases a lease for its owner',
    'must tell who has the lease',
  ],
  [
    'releases a lease for anybody',
    (good) => ({
      releaseLease: async (target) => good.releaseLease(target, (await good.read(target)).owner ?? ''),
    }),
    'releases a lease for nobody else',
    'must tell who has the lease',
  ],
  [
    'fails where there is nothing to release',
    (good) => ({
      releaseLease: async (target, owner) => {
        if ((await good.read(target)).owner !== owner) throw new Error('no such lease');
      },
    }),
    'releases a lease for nobody else',
    'no such lease',
  ],
  [
    'extends no lease',
    () => ({ extendLease: async () => false }),
    'extends a lease for its owner',
    'true to the owner',
  ],
  [
    'says that it extends a lease, and does not',
    (good) => ({
      extendLease: async (target, owner) => (await good.read(target)).owner === owner,
    }),
    'extends a lease for its owner',
    'must tell who has the lease',
  ],
  [
    'extends a lease once',
    (good) => {
      const known = new Set<string>();
      const isNew = (owner: string) => !known.has(owner) && Boolean(known.add(owner));
      return {
        extendLease: async (target, owner, ms) => isNew(owner) && good.extendLease(target, owner, ms),
      };
    },
    'extends a lease for its owner',
    'again',
  ],
  [
    'adds to what is left of a lease',
    (good) => ({ extendLease: (target, owner, ms) => good.extendLease(target, owner, ms + 60_000) }),
    'makes a lease shorter',
    /^A lease must end after 150.5 ms, and has not/,
  ],
  [
    'ends a lease at once when it is made shorter',
    (good) => ({
      extendLease: async (target, owner) => {
        await good.releaseLease(target, owner);
        return true;
      },
    }),
    'makes a lease shorter',
    /must end after 150.5 ms; it did after \d+/,
  ],
  [
    'refuses to extend by what is no whole number',
    (good) => ({
      extendLease: async (target, owner, ms) => Number.isInteger(ms) && good.extendLease(target, owner, ms),
    }),
    'makes a lease shorter',
    'whose lease becomes shorter',
  ],
  [
    'fails to extend by what is no whole number',
    (good) => ({
      extendLease: (target, owner, ms) =>
        Number.isInteger(ms)
          ? good.extendLease(target, owner, ms)
          : Promise.reject(new Error('not an integer')),
    }),
    'makes a lease shorter',
    'not an integer',
  ],
  [
    'extends a lease for anybody',
    (good) => ({
      extendLease: async (target, _, ms) =>
        good.extendLease(target, (await good.read(target)).owner ?? '', ms),
    }),
    'extends a lease for nobody else',
    'false to who does not have',
  ],
  [
    'refuses, and extends the lease all the same',
    (good) => ({
      extendLease: async (target, owner, ms) => {
        const { owner: who = '' } = await good.read(target);
        await good.extendLease(target, who, ms);
        return who === owner;
      },
    }),
    'extends a lease for nobody else',
    '^A lease must end after .*, and has not',
  ],
  [
    'gives a lease to who wants to extend one',
    (good) => ({
      extendLease: async (target, owner, ms) =>
        (await good.extendLease(target, owner, ms)) || good.takeLease(target, owner, ms),
    }),
    'extends no lease that nobody has',
    'false where nobody has',
  ],
  [
    'takes seconds for milliseconds',
    (good) => ({ takeLease: (target, owner, ms) => good.takeLease(target, owner, ms * 1_000) }),
    'ends a lease when its time is over',
    '^A lease must end after .*, and has not',
  ],
  [
    'cuts times to whole seconds',
    (good) => ({
      takeLease: (target, owner, ms) => good.takeLease(target, owner, Math.floor(ms / 1_000) * 1_000),
    }),
    'ends a lease when its time is over',
    '^A lease must end after .*; it did after',
  ],
  [
    'starts the time of a lease anew when somebody else asks for it',
    (good) => ({
      takeLease: async (target, owner, ms) => {
        const { owner: who } = await good.read(target);
        if (who === undefined) return good.takeLease(target, owner, ms);
        await good.extendLease(target, who, ms);
        return false;
      },
    }),
    'ends a lease when its time is over',
    '^A lease must end after .*, and has not',
  ],
  [
    'refuses times that are no whole numbers',
    (good) => ({
      takeLease: (target, owner, ms) =>
        Number.isInteger(ms)
          ? good.takeLease(target, owner, ms)
          : Promise.reject(new Error('not an integer')),
    }),
    'ends a lease when its time is over',
    'not an integer',
  ],
  [
    'tells of leases that have ended',
    (good) => {
      let last = '';
      return {
        takeLease: (target, owner, ms) => {
          last = owner;
          return good.takeLease(target, owner, ms);
        },
        read: async (target) => ({ ...(await good.read(target)), owner: last }),
      };
    },
    'tells nobody of a lease that has ended',
    '^A lease must end after .*, and has not',
  ],
  [
    'gives what has ended to everybody',
    (good) => {
      const taken = new Set<string>();
      return {
        takeLease: async (target, owner, ms) => {
          const isGiven = await good.takeLease(target, owner, ms);
          const hadEnded = taken.has(target);
          if (isGiven) taken.add(target);
          return isGiven || hadEnded;
        },
      };
    },
    'gives a lease that has ended to one of many',
    /to 20 at once/,
  ],
  [
    'never ends a lease that is asked for too late',
    (good) => ({ takeLease: (target, owner) => good.takeLease(target, owner, 60_000) }),
    'leaves a lease to its new owner',
    '^A lease must end after 100 ms, and has not',
  ],
  [
    'gives a lease that has ended back',
    (good) => ({
      extendLease: async (target, owner, ms) =>
        (await good.extendLease(target, owner, ms)) || good.takeLease(target, owner, ms),
    }),
    'gives a lease that has ended back to nobody',
    'once the lease has ended',
  ],
  [
    'lets the last owner release the lease of the next',
    (good) => ({
      releaseLease: async (target) => good.releaseLease(target, (await good.read(target)).owner ?? ''),
    }),
    'leaves a lease to its new owner',
    'must tell who has the lease',
  ],
  [
    'lets the last owner extend the lease of the next',
    (good) => ({
      extendLease: async (target, _, ms) =>
        good.extendLease(target, (await good.read(target)).owner ?? '', ms),
    }),
    'leaves a lease to its new owner',
    'somebody else has the lease',
  ],
];

describe('the cases of leases', () => {
  for (const [what, wrong, name, words] of rows)
    it(`notice a store that ${what}`, async () => {
      expect(await verdictOn(wrongStore(wrong), name)).to.match(new RegExp(words));
    });

  it('wait for a store that is slow, but right', async () => {
    const slow = wrongStore((good) => ({
      takeLease: async (...call) => {
        const isGiven = await good.takeLease(...call);
        // Its lease of 150 ms is over before its owner knows of it.
        await sleep(160);
        return isGiven;
      },
    }));
    const { 'extends a lease for its owner, who may do so again and again': trial } = leaseTrials;
    await trial?.({ mine: slow, theirs: slow });
  });

  it('notice a fault each', () => {
    const names = Object.keys({ ...leaseTrials, ...leaseEndTrials });
    for (const name of names)
      expect(
        rows.some(([, , found]) => name.startsWith(found)),
        name,
      ).to.equal(true);
  });
});
