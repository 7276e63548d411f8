import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import type { TokenStore } from '../../../lib/ground/token-store.js';
import { MemoryTokenStore } from '../../../lib/stores/memory-token-store.js';
import { raceTrials } from '../../../lib/testing/store/race-trials.js';
import { verdictOn, wrongStore } from '../../support/wrong-store.js';

type Gap = () => Promise<unknown>;

async function isOwner(good: MemoryTokenStore, target: string, owner: string): Promise<boolean> {
  return (await good.read(target)).owner === owner;
}

/** Has `owner` the lease, whoever has it. */
async function seize(good: MemoryTokenStore, target: string, owner: string, ms: number): Promise<boolean> {
  await good.releaseLease(target, (await good.read(target)).owner ?? '');
  return good.takeLease(target, owner, ms);
}

/** What is wrong, how, the case that notices, and what it says. */
const rows: readonly (readonly [
  string,
  (good: MemoryTokenStore, gap: Gap) => Partial<TokenStore>,
  string,
  string,
])[] = [
  [
    'deletes a lease',
    (good, gap) => ({
      releaseLease: async (target, owner) => {
        if (!(await isOwner(good, target, owner))) return;
        await gap();
        await good.releaseLease(target, (await good.read(target)).owner ?? '');
      },
    }),
    'releases no lease of the next owner',
    'must tell who has the lease|gave one lease to',
  ],
  [
    'sets a lease',
    (good, gap) => ({
      extendLease: async (target, owner, ms) => {
        if (!(await isOwner(good, target, owner))) return false;
        await gap();
        return seize(good, target, owner, ms);
      },
    }),
    'extends no lease of the next owner',
    'must tell who has the lease|gave one lease to|that was released must end',
  ],
  [
    'sets the end of a lease',
    (good, gap) => ({
      extendLease: async (target, owner, ms) => {
        if (!(await isOwner(good, target, owner))) return false;
        await gap();
        return good.extendLease(target, (await good.read(target)).owner ?? '', ms);
      },
    }),
    'extends no lease of the next owner',
    'must tell who has the lease|gave one lease to',
  ],
  [
    'stores a token',
    (good, gap) => ({
      write: async (target, owner, token) => {
        if (!(await isOwner(good, target, owner))) return false;
        await gap();
        await seize(good, target, owner, 60_000);
        return good.write(target, owner, token);
      },
    }),
    'stores one token for one lease',
    'stored 4 tokens|stored 3 tokens|stored 2 tokens',
  ],
  [
    'stores a token, and says whether it then had the lease',
    (good, gap) => ({
      write: async (target, owner, token) => {
        if (!(await isOwner(good, target, owner))) return false;
        await gap();
        const hasStill = await isOwner(good, target, owner);
        await seize(good, target, owner, 60_000);
        return (await good.write(target, owner, token)) && hasStill;
      },
    }),
    'stores one token for one lease',
    'stored a token, and gave false',
  ],
];

describe('the cases of races', () => {
  for (const [what, wrong, name, words] of rows)
    for (const [when, gap] of [
      ['in the next turn', turn],
      ['5 ms later', () => sleep(5)],
      ['some ms later', () => sleep(Math.random() * 8)],
    ] as const)
      it(`notice a store that looks who has the lease, and ${what} ${when}`, async () => {
        expect(
          await verdictOn(
            wrongStore((good) => wrong(good, gap)),
            name,
          ),
        ).to.match(new RegExp(words));
      });

  it('notice a store that does not end the lease as it stores', async () => {
    const keeping = wrongStore((good) => {
      const stored = new Set<string>();
      return {
        write: async (target, owner, token) => {
          if (stored.has(target)) return false;
          stored.add(target);
          await good.write(target, owner, token);
          return good.takeLease(target, owner, 60_000);
        },
      };
    });
    expect(await verdictOn(keeping, 'stores one token')).to.match(/must end the lease/);
  });

  it('have nothing against a store for how long its calls take', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(delays, async (list) => {
        const store = slowStore(list);
        await Promise.all(Object.values(raceTrials).map((trial) => trial({ mine: store, theirs: store })));
      }),
      { numRuns: 25 },
    );
  });

  it('have nothing against a store that ends leases late', async () => {
    /** Until then nobody else gets it, though it has ended for its owner. */
    const heldUntil = new Map<string, number>();
    const late = wrongStore((good) => ({
      takeLease: async (target, ...call) =>
        performance.now() >= (heldUntil.get(target) ?? 0) && good.takeLease(target, ...call),
      extendLease: async (target, owner, ms) => {
        const isExtended = await good.extendLease(target, owner, ms);
        if (isExtended && ms < 100) heldUntil.set(target, performance.now() + 300);
        return isExtended;
      },
    }));
    for (const trial of Object.values(raceTrials)) await trial({ mine: late, theirs: late });
  });

  it('end when a call fails', async () => {
    for (const method of ['takeLease', 'extendLease', 'releaseLease', 'write', 'read'] as const) {
      let calls = 0;
      const failing = wrongStore((good) => ({
        [method]: async (...call: never[]) => {
          calls += 1;
          if (calls > 9) throw new Error('down');
          return (good[method] as (...call: never[]) => Promise<unknown>)(...call);
        },
      }));
      const ran = Object.values(raceTrials).map((trial) => trial({ mine: failing, theirs: failing }));
      const ends = await Promise.allSettled(ran);
      const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.message] : []));
      expect([...new Set(reasons)], method).to.deep.equal(['down']);
      const before = calls;
      await sleep(20);
      expect(calls, method).to.be.below(before + 200);
      const quiet = calls;
      await sleep(20);
      expect(calls, method).to.equal(quiet);
    }
  });

  it('notice a fault each', () => {
    for (const name of Object.keys(raceTrials))
      expect(
        rows.some(([, , found]) => name.startsWith(found)),
        name,
      ).to.equal(true);
  });
});

/** A good store whose calls take as long before they act, and after that, as this list says in turn. */
function slowStore(delays: readonly number[]): TokenStore {
  const good = new MemoryTokenStore();
  let calls = 0;
  const wait = async () => {
    const ms = delays[calls++ % delays.length] ?? 0;
    if (ms > 0) await sleep(ms);
  };
  const slow = async <T>(act: () => Promise<T>): Promise<T> => {
    await wait();
    const answer = await act();
    await wait();
    return answer;
  };
  return {
    read: (target) => slow(() => good.read(target)),
    takeLease: (...call) => slow(() => good.takeLease(...call)),
    extendLease: (...call) => slow(() => good.extendLease(...call)),
    releaseLease: (...call) => slow(() => good.releaseLease(...call)),
    write: (...call) => slow(() => good.write(...call)),
  };
}
