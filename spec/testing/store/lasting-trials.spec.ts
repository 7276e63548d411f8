import { expect } from 'chai';
import type { StoredToken, TokenStore } from '../../../lib/ground/token-store.js';
import { MemoryTokenStore } from '../../../lib/stores/memory-token-store.js';
import { lastingTrials } from '../../../lib/testing/store/lasting-trials.js';
import { verdictOn, wrongStore } from '../../support/wrong-store.js';

const NAME = 'keeps leases for as long as it was told';

/** A store that shows no token of a target from some time on. */
function losing(isLost: (since: { stored: number; lapsed: number }) => boolean): TokenStore {
  return wrongStore((good) => {
    const stored = new Map<string, number>();
    const ends = new Map<string, number>();
    return {
      takeLease: async (target, owner, ms) => {
        const isGiven = await good.takeLease(target, owner, ms);
        if (isGiven) ends.set(target, performance.now() + ms);
        return isGiven;
      },
      write: async (target, owner, token) => {
        const isStored = await good.write(target, owner, token);
        if (isStored) stored.set(target, performance.now());
        if (isStored) ends.delete(target);
        return isStored;
      },
      read: async (target) => {
        const { token, owner } = await good.read(target);
        const at = performance.now();
        const lapsed = at - (ends.get(target) ?? at);
        return isLost({ stored: at - (stored.get(target) ?? at), lapsed }) ? { owner } : { token, owner };
      },
    };
  });
}

/** What is left, as such a store tells it once a second is over. */
const telling = (tell: (token: StoredToken) => number) =>
  wrongStore((good) => ({
    read: async (target) => {
      const { token, ...rest } = await good.read(target);
      if (!token || token.remainingMs > 499_000) return { ...rest, token };
      return { ...rest, token: { ...token, remainingMs: tell(token) } };
    },
  }));

describe('the case of what lasts', () => {
  it('notices stores that end something early', async () => {
    const rows: readonly (readonly [string, TokenStore, RegExp])[] = [
      [
        'ends each lease after 1 s',
        wrongStore((good) => ({
          takeLease: (target, owner, ms) => good.takeLease(target, owner, Math.min(ms, 1_000)),
          extendLease: (target, owner, ms) => good.extendLease(target, owner, Math.min(ms, 1_000)),
        })),
        /a lease that has not ended/,
      ],
      [
        'gives each lease for 3 s',
        wrongStore((good) => ({
          takeLease: (target, owner, ms) => good.takeLease(target, owner, Math.min(ms, 3_000)),
        })),
        /a lease that has not ended/,
      ],
      [
        'extends a lease by 400 ms at most',
        wrongStore((good) => ({
          extendLease: (target, owner, ms) => good.extendLease(target, owner, Math.min(ms, 400)),
        })),
        /a lease that has not ended/,
      ],
      [
        'extends a lease by nothing',
        wrongStore(() => ({ extendLease: async () => false })),
        /must give true to the owner/,
      ],
      [
        'tells of a lease for 1 s',
        wrongStore((good) => {
          const since = performance.now();
          return {
            read: async (target) => {
              const { token, owner } = await good.read(target);
              return { token, owner: performance.now() - since > 1_000 ? undefined : owner };
            },
          };
        }),
        /must tell who has the lease/,
      ],
      ['loses tokens after 3 s', losing(({ stored }) => stored > 3_000), /must give back/],
      [
        'loses a token 1 s after a lease has lapsed',
        losing(({ lapsed }) => lapsed > 1_000),
        /must give back/,
      ],
      ['tells the same for ever', telling(() => 499_000), /there cannot be 499000 left/],
      ['tells less and less', telling(({ remainingMs }) => remainingMs - 10_000), /there cannot be/],
    ];
    const verdicts = await Promise.all(
      rows.map(([, store]) => verdictOn(store, NAME).catch(() => 'nothing')),
    );
    for (const [index, [what, , words]] of rows.entries()) expect(verdicts[index], what).to.match(words);
  });

  it('waits once for all', async () => {
    const [store, since] = [new MemoryTokenStore(), performance.now()];
    for (const trial of Object.values(lastingTrials)) await trial({ mine: store, theirs: store });
    expect(performance.now() - since).to.be.within(3_100, 6_000);
  });
});
