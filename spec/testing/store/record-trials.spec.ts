import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { StoredToken, TokenStore } from '../../../lib/ground/token-store.js';
import type { MemoryTokenStore } from '../../../lib/stores/memory-token-store.js';
import { recordEndTrials, recordTrials } from '../../../lib/testing/store/record-trials.js';
import { storedToken } from '../../support/stored-token.js';
import { verdictOn, wrongStore } from '../../support/wrong-store.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Changes what is stored. */
const storing =
  (change: (token: StoredToken) => StoredToken) =>
  (good: MemoryTokenStore): Partial<TokenStore> => ({
    write: (target, owner, token) => good.write(target, owner, change(token)),
  });

/** Stores whatever comes, under a lease of its own. */
async function force(good: MemoryTokenStore, target: string, token: StoredToken): Promise<void> {
  const { owner } = await good.read(target);
  if (owner !== undefined) await good.releaseLease(target, owner);
  await good.takeLease(target, 'forced', 1_000);
  await good.write(target, 'forced', token);
  if (owner !== undefined) await good.takeLease(target, owner, 60_000);
}

/** What is wrong, how, the case that notices, and what it says. */
const rows: readonly (readonly [
  string,
  (good: MemoryTokenStore) => Partial<TokenStore>,
  string,
  RegExp | string,
])[] = [
  [
    'holds something for everybody',
    (good) => ({ read: async (target) => ({ token: storedToken(), ...(await good.read(target)) }) }),
    'holds nothing',
    'deep-equal',
  ],
  [
    'finds fault with what is not there',
    (good) => ({ read: async (target) => ({ fault: 'not found', ...(await good.read(target)) }) }),
    'holds nothing',
    'deep-equal',
  ],
  ['stores nothing', () => ({ write: async () => true }), 'gives back all of a token', 'must give back'],
  [
    'refuses every token',
    () => ({ write: async () => false }),
    'gives back all of a token',
    'must give true',
  ],
  ['loses the scope', storing((token) => ({ ...token, scope: undefined })), 'gives back all', 'deep-equal'],
  [
    'takes no scope for an empty one',
    storing(({ scope = '', ...token }) => ({ ...token, scope })),
    'gives back all',
    'deep-equal',
  ],
  [
    'takes an empty scope for none',
    storing(({ scope, ...token }) => ({ ...token, scope: scope || undefined })),
    'gives back all',
    'deep-equal',
  ],
  [
    'keeps ASCII alone',
    storing((token) => ({
      ...token,
      scope: token.scope && Buffer.from(token.scope, 'latin1').toString('latin1'),
    })),
    'gives back all',
    'deep-equal',
  ],
  [
    'forgets that a lifetime was guessed',
    storing((token) => ({ ...token, isLifetimeGuessed: false })),
    'gives back all',
    'deep-equal',
  ],
  [
    'rounds the lifetime',
    storing((token) => ({ ...token, lifetimeMs: Math.round(token.lifetimeMs) })),
    'gives back all',
    'deep-equal',
  ],
  [
    'changes the kind of token',
    storing((token) => ({ ...token, tokenType: 'Bearer' })),
    'gives back all',
    'deep-equal',
  ],
  [
    'finds fault with what it has stored',
    (good) => ({
      read: async (target) => {
        const state = await good.read(target);
        return state.token ? { ...state, fault: 'odd' } : state;
      },
    }),
    'gives back all',
    'found fault',
  ],
  [
    'lets tokens grow older than they are',
    (good) => ({
      read: async (target) => {
        const { token, owner } = await good.read(target);
        return token ? { token: { ...token, remainingMs: token.lifetimeMs }, owner } : { owner };
      },
    }),
    'gives back all',
    'remainingMs was',
  ],
  [
    'tells what is left in seconds',
    (good) => ({
      read: async (target) => {
        const { token, owner } = await good.read(target);
        return token ? { token: { ...token, remainingMs: token.remainingMs / 1_000 }, owner } : { owner };
      },
    }),
    'gives back all',
    'remainingMs was',
  ],
  [
    'cuts long tokens',
    storing((token) => ({ ...token, value: token.value.slice(0, 32_000) })),
    'gives back the longest',
    'deep-equal',
  ],
  [
    'refuses long tokens',
    (good) => ({
      write: async (target, owner, token) => token.value.length < 32_768 && good.write(target, owner, token),
    }),
    'gives back the longest',
    'must give true',
  ],
  [
    'keeps the token that ends last',
    (good) => ({
      write: async (target, owner, token) => {
        const { token: before } = await good.read(target);
        const isLonger = before && before.remainingMs > token.remainingMs;
        return good.write(target, owner, isLonger ? before : token);
      },
    }),
    'gives back the newer token',
    'deep-equal',
  ],
  [
    'stores one part after the other',
    (good) => ({
      write: async (target, owner, token) => {
        const { token: before } = await good.read(target);
        await good.write(target, owner, { ...token, scope: before?.scope });
        await turn();
        await force(good, target, token);
        return true;
      },
      read: async (target) => {
        await turn();
        return good.read(target);
      },
    }),
    'gives back the token or the one before',
    'mixes two tokens',
  ],
  [
    'loses what is being replaced',
    (good) => ({
      write: async (target, owner, token) => {
        const isStored = await good.write(target, owner, token);
        if (token.value === 'v2') await force(good, target, storedToken('x', { remainingMs: 0 }));
        return isStored;
      },
    }),
    'gives back the token or the one before',
    'one token or the other',
  ],
  [
    'says that nothing was stored',
    (good) => {
      let count = 0;
      return { write: async (...call) => (await good.write(...call)) && ++count < 2 };
    },
    'ends the lease as it stores',
    'must give true to the owner',
  ],
  [
    'lets a lease go on for ever',
    (good) => ({ takeLease: (target, owner) => good.takeLease(target, owner, 60_000) }),
    'stores nothing for who had the lease',
    '^A lease must end after 100 ms, and has not',
  ],
  [
    'lets a lease go on for ever, once more',
    (good) => ({ takeLease: (target, owner) => good.takeLease(target, owner, 60_000) }),
    'keeps a token whatever',
    '^A lease must end after 50 ms, and has not',
  ],
  [
    'keeps the lease of who has stored',
    (good) => ({
      write: async (target, owner, token) => {
        const isStored = await good.write(target, owner, token);
        if (isStored) await good.takeLease(target, owner, 60_000);
        return isStored;
      },
    }),
    'ends the lease as it stores',
    'must give a lease that is free',
  ],
  [
    'ends the lease first, and stores then',
    (good) => ({
      write: async (target, owner, token) => {
        await good.releaseLease(target, owner);
        await turn();
        await force(good, target, token);
        return true;
      },
    }),
    'ends the lease as it stores',
    'deep-equal|must give back',
  ],
  [
    'stores for anybody',
    (good) => ({
      write: async (target, _, token) => {
        await force(good, target, token);
        return true;
      },
    }),
    'stores nothing for who does not have',
    'must give false',
  ],
  [
    'refuses, and stores all the same',
    (good) => ({
      write: async (target, owner, token) => {
        const { owner: who } = await good.read(target);
        if (who === owner) return good.write(target, owner, token);
        await force(good, target, token);
        return false;
      },
    }),
    'stores nothing for who does not have',
    'without a lease',
  ],
  [
    'stores where nobody has the lease',
    (good) => ({
      write: async (target, owner, token) => {
        await good.takeLease(target, owner, 60_000);
        return good.write(target, owner, token);
      },
    }),
    'stores nothing for who had the lease',
    'must give false',
  ],
  [
    'ends the lease of another who has it',
    (good) => ({
      write: async (target, owner, token) => {
        const isStored = await good.write(target, owner, token);
        await good.releaseLease(target, (await good.read(target)).owner ?? '');
        return isStored;
      },
    }),
    'stores nothing for who does not have',
    'must tell who has the lease',
  ],
  [
    'always tells what was left at first',
    (good) => ({
      read: async (target) => {
        const { token, ...rest } = await good.read(target);
        return token ? { ...rest, token: { ...token, remainingMs: 500_000 } } : rest;
      },
    }),
    'tells what is left',
    'there cannot be 500000 left',
  ],
  ...(
    [
      ['half of what is left', (leftMs: number) => leftMs / 1.96],
      ['49 ms more than is left', (leftMs: number) => Math.min(leftMs + 49, 500_000)],
      ['what is left in whole seconds, rounded up', (leftMs: number) => Math.ceil(leftMs / 1_000) * 1_000],
      ['nothing of what is left', () => Number.NaN],
    ] as const
  ).map(
    ([what, tell]) =>
      [
        `tells ${what}`,
        (good: MemoryTokenStore) => ({
          read: async (target: string) => {
            const { token, ...rest } = await good.read(target);
            return token ? { ...rest, token: { ...token, remainingMs: tell(token.remainingMs) } } : rest;
          },
        }),
        'tells what is left',
        'there cannot be',
      ] as const,
  ),
  [
    'has lost the token a little later',
    (good) => {
      let storedAt = Number.POSITIVE_INFINITY;
      return {
        write: async (...call) => {
          storedAt = performance.now();
          return good.write(...call);
        },
        read: async (target) => (performance.now() - storedAt > 50 ? {} : good.read(target)),
      };
    },
    'tells what is left',
    String.raw`^After \d+ ms of 500000 read\(\) must give back`,
  ],
  [
    'looks for tokens that have ended now and then alone',
    (good) => {
      const seen = new Map<string, { token: StoredToken; at: number }>();
      return {
        read: async (target) => {
          const state = await good.read(target);
          if (state.token) seen.set(target, { token: state.token, at: performance.now() });
          const { token, at } = seen.get(target) ?? { token: undefined, at: 0 };
          const isLate = !state.token && performance.now() - at < 1_900;
          return isLate && token ? { ...state, token: { ...token, remainingMs: 1 } } : state;
        },
      };
    },
    'gives back no token that has ended',
    '^A token must end after .*, and has not',
  ],
  [
    'loses a token now and then, and keeps the one before',
    (good) => {
      let writes = 0;
      return {
        write: async (target, owner, token) => {
          writes += 1;
          if (writes % 15 > 0) return good.write(target, owner, token);
          await good.releaseLease(target, owner);
          return true;
        },
      };
    },
    'gives back the token or the one before',
    'an older token',
  ],
  [
    'gives back tokens that have ended',
    storing((token) => ({ ...token, remainingMs: token.remainingMs + 60_000 })),
    'gives back no token that has ended',
    'A token must end',
  ],
  [
    'takes the end of a token for a fault',
    (good) => {
      let isStored = false;
      return {
        write: async (...call) => {
          isStored = await good.write(...call);
          return isStored;
        },
        read: async (target) => {
          const state = await good.read(target);
          return isStored && !state.token ? { ...state, fault: 'has expired' } : state;
        },
      };
    },
    'gives back no token that has ended',
    'is no fault: has expired',
  ],
  [
    'ends tokens early',
    storing((token) => ({ ...token, remainingMs: token.remainingMs / 10 })),
    'gives back no token that has ended',
    'it did after',
  ],
  [
    'counts the life of a token in whole seconds, rounded up',
    storing((token) => ({ ...token, remainingMs: Math.ceil(token.remainingMs / 1_000) * 1_000 })),
    'gives back no token that has ended',
    'A token must end after .*, and has not',
  ],
  [
    'tells two seconds less than is left',
    (good) => ({
      read: async (target) => {
        const { token, ...rest } = await good.read(target);
        return token ? { ...rest, token: { ...token, remainingMs: token.remainingMs - 2_000 } } : rest;
      },
    }),
    'tells what is left',
    'there cannot be',
  ],
  [
    'hides the token while somebody has the lease',
    (good) => ({
      read: async (target) => {
        const { token, owner } = await good.read(target);
        return owner === undefined ? { token } : { owner };
      },
    }),
    'keeps a token whatever',
    'must give back',
  ],
  [
    'drops the token with the lease',
    (good) => ({
      releaseLease: async (target, owner) => {
        await force(good, target, storedToken('x', { remainingMs: 0 }));
        await good.releaseLease(target, owner);
      },
    }),
    'keeps a token whatever',
    'must give back',
  ],
  [
    'counts the life of a token by a timer',
    (good) => ({
      write: async (target, owner, token) => {
        const isStored = await good.write(target, owner, token);
        // Longer than Node.js can: it makes 1 ms of it.
        const drop = () => force(good, target, storedToken('x', { remainingMs: 0 }));
        setTimeout(drop, token.remainingMs > 2 ** 31 - 1 ? 1 : 2 ** 30).unref();
        return isStored;
      },
    }),
    'keeps a token of 30 days',
    'must give back',
  ],
  [
    'gives out what it holds itself',
    () => {
      let held: StoredToken | undefined;
      return {
        takeLease: async () => true,
        write: async (_, __, token) => {
          held = { ...token };
          return true;
        },
        read: async () => ({ token: held }),
      };
    },
    'keeps what it was given',
    'deep-equal',
  ],
  [
    'holds what it was given itself',
    () => {
      let held: StoredToken | undefined;
      return {
        takeLease: async () => true,
        write: async (_, __, token) => {
          held = token;
          return true;
        },
        read: async () => ({ token: held && { ...held } }),
      };
    },
    'keeps what it was given',
    'deep-equal',
  ],
];

describe('the cases of records', () => {
  for (const [what, wrong, name, words] of rows)
    it(`notice a store that ${what}`, async () => {
      expect(await verdictOn(wrongStore(wrong), name)).to.match(new RegExp(words));
    });

  it('wait for a store that is slow, but right', async () => {
    const { 'gives back no token that has ended': trial } = recordEndTrials;
    for (const ms of [40, 100]) {
      const slow = wrongStore((good) => ({
        write: async (...call) => {
          const isStored = await good.write(...call);
          await sleep(ms);
          return isStored;
        },
      }));
      await trial?.({ mine: slow, theirs: slow });
    }
  });

  it('let a store refuse a token that is about to end', async () => {
    const { 'gives back no token that has ended': trial } = recordEndTrials;
    const asked: number[] = [];
    const careful = wrongStore((good) => ({
      write: async (target, owner, token) => {
        asked.push(token.remainingMs);
        return token.remainingMs > 1_500 && good.write(target, owner, token);
      },
    }));
    await trial?.({ mine: careful, theirs: careful });
    expect(asked).to.deep.equal([1_150, 2_000]);
  });

  describe('take a store that counts the life of a token in whole seconds, and rounds down', () => {
    const floor = (ms: number) => Math.floor(ms / 1_000) * 1_000;
    const stores: Readonly<Record<string, (good: MemoryTokenStore) => Partial<TokenStore>>> = {
      'as it stores': storing((token) => ({ ...token, remainingMs: floor(token.remainingMs) })),
      'as it is read': (good) => ({
        read: async (target) => {
          const { token, ...rest } = await good.read(target);
          const remainingMs = floor(token?.remainingMs ?? 0);
          return token && remainingMs > 0 ? { ...rest, token: { ...token, remainingMs } } : rest;
        },
      }),
    };
    for (const [when, seconds] of Object.entries(stores))
      for (const [name, trial] of Object.entries(recordEndTrials))
        it(`${when}: ${name}`, async () => {
          const store = wrongStore(seconds);
          await trial({ mine: store, theirs: store });
        });
  });

  it('notice a fault each', () => {
    const names = Object.keys({ ...recordTrials, ...recordEndTrials });
    for (const name of names)
      expect(
        rows.some(([, , found]) => name.startsWith(found)),
        name,
      ).to.equal(true);
  });
});
