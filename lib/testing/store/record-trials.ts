import assert from 'node:assert';
import { MONTH_MS } from '../../ground/clock.js';
import {
  LEASE_MS,
  LONGEST_LEASE_MS,
  MAX_STORED_LENGTH,
  type StoredToken,
  type TokenStore,
} from '../../ground/token-store.js';
import type { Trials } from './contract-case.js';
import { mustBeHeldBy, mustLapse, mustTake } from './lease-trials.js';
import { newOwner, newTarget, newToken } from './made-up.js';
import { endsIn, ROUNDING_MS, sleep, startWatch, withinSpan } from './store-time.js';

/** Tokens as servers give them: all of each must come back. */
const TOKENS: readonly StoredToken[] = [
  newToken(),
  newToken({ scope: 'read write', tokenType: 'bearer' }),
  newToken({ scope: '', isLifetimeGuessed: true }),
  newToken({ scope: 'lesen/schreiben "\\ ü € 🔑' }),
  newToken({ value: '{"a":[1,"}~!@#$%^&*()|;`' }),
  newToken({ lifetimeMs: 599_999.75, remainingMs: 499_999.25 }),
];

/** No token that has ended may be given back: this is for clocks that are read in coarse steps. */
const TOKEN_GRACE_MS = 100;
/**
 * By how much sooner a token may end: some stores count in whole seconds. One that rounds down loses less than a second of a token,
 * and is right; one that rounds up gives back tokens that have ended.
 */
const EARLY_MS = 1_000;

/** What is stored, and by whom. */
export const recordTrials: Trials = {
  'holds nothing for a target that nobody has stored a token for': async ({ mine }) => {
    const state = await mine.read(newTarget());
    assert.deepStrictEqual([state.token, state.fault, state.owner], [undefined, undefined, undefined]);
  },

  'gives back all of a token, and no fault': async ({ mine, theirs }) => {
    for (const token of TOKENS) await mustGiveBack(theirs, await put(mine, token), token);
  },

  'gives back the longest token': async ({ mine, theirs }) => {
    const token = newToken({ value: 'x'.repeat(MAX_STORED_LENGTH) });
    await mustGiveBack(theirs, await put(mine, token), token);
  },

  'gives back the newer token, even one that ends sooner': async ({ mine, theirs }) => {
    const target = newTarget();
    for (const token of [newToken(), newToken(), newToken({ lifetimeMs: 60_000, remainingMs: 50_000 })]) {
      await put(mine, token, target);
      await mustGiveBack(theirs, target, token);
    }
  },

  'gives back the token or the one before, never parts of both': async ({ mine, theirs }) => {
    const target = await put(mine, newToken({ value: 'v0', scope: 's0' }));
    for (let round = 1; round <= 20; round += 1) {
      const reading = [theirs.read(target), theirs.read(target)];
      await put(mine, newToken({ value: `v${round}`, scope: `s${round}` }), target);
      const states = await Promise.all([...reading, theirs.read(target)]);
      for (const { token } of states) {
        assert(token, 'read() must give back the one token or the other.');
        assert.strictEqual(token.value, `v${String(token.scope).slice(1)}`, 'read() mixes two tokens.');
      }
      assert.strictEqual(states.at(-1)?.token?.value, `v${round}`, 'read() gives back an older token.');
    }
  },

  'ends the lease as it stores the token, in one step': async ({ mine, theirs }) => {
    const [target, me, other] = [await put(mine, newToken()), newOwner(), newOwner()];
    await mustTake(mine, target, me, LONGEST_LEASE_MS);
    const token = newToken();
    const lookOnceFree = async () => {
      const take = () => theirs.takeLease(target, other, LONGEST_LEASE_MS);
      await endsIn(0, 'The lease of who stores a token', startWatch(), take);
      await mustGiveBack(theirs, target, token);
    };
    const [isStored] = await Promise.all([mine.write(target, me, token), lookOnceFree()]);
    assert(isStored, 'write() must give true to the owner of the lease.');
    await mustBeHeldBy(theirs, target, other);
  },

  'stores nothing for who does not have the lease': async ({ mine, theirs }) => {
    const target = newTarget();
    await mustNotStore(mine, target, newOwner());
    assert.strictEqual((await mine.read(target)).token, undefined, 'write() stored without a lease.');
    const before = newToken();
    await put(mine, before, target);
    await mustNotStore(mine, target, newOwner());
    const other = newOwner();
    await mustTake(theirs, target, other, LONGEST_LEASE_MS);
    await mustNotStore(mine, target, newOwner());
    await mustGiveBack(theirs, target, before);
    await mustBeHeldBy(theirs, target, other);
  },

  'stores nothing for who had the lease, and has lost it': async ({ mine, theirs }) => {
    const [before, me, other] = [newToken(), newOwner(), newOwner()];
    const target = await put(mine, before);
    const watch = startWatch();
    await mustTake(mine, target, me, 100);
    await mustLapse(mine, target, 100, watch);
    await mustNotStore(mine, target, me);
    await mustTake(theirs, target, other, LONGEST_LEASE_MS);
    await mustNotStore(mine, target, me);
    await mustGiveBack(theirs, target, before);
    await mustBeHeldBy(theirs, target, other);
  },
};

/** That tokens end, and nothing else does so. */
export const recordEndTrials: Trials = {
  'tells what is left of a token, which becomes less': async ({ mine, theirs }) => {
    const [token, before] = [newToken(), startWatch()];
    const target = await put(mine, token);
    const after = startWatch();
    await sleep(100);
    await mustBeLeft(theirs, target, token, { before, after });
  },

  'gives back no token that has ended': async ({ mine, theirs }) =>
    withinSpan(async (spanMs) => {
      const [target, me] = [newTarget(), newOwner()];
      await mustTake(mine, target, me, LONGEST_LEASE_MS);
      const watch = startWatch();
      const lifetimeMs = EARLY_MS + spanMs;
      const isStored = await mine.write(target, me, newToken({ lifetimeMs, remainingMs: lifetimeMs }));
      const tookMs = watch();
      // A store may well refuse a token that ends on the way.
      if (!isStored || tookMs > spanMs / 2) return false;
      const hasEnded = async () => {
        const { token, fault } = await theirs.read(target);
        assert.strictEqual(fault, undefined, `That a token has ended is no fault: ${fault}.`);
        return token === undefined;
      };
      // Its life began with write() at the earliest, and at its end at the latest.
      const slack = { graceMs: 2 * tookMs + TOKEN_GRACE_MS, earlyMs: EARLY_MS };
      await endsIn(lifetimeMs - tookMs, 'A token', watch, hasEnded, slack);
      return true;
    }),

  'keeps a token whatever becomes of leases': async ({ mine, theirs }) => {
    const [token, me] = [newToken(), newOwner()];
    const target = await put(mine, token);
    await mustTake(mine, target, me, LEASE_MS);
    await mustGiveBack(theirs, target, token);
    await mine.extendLease(target, me, LEASE_MS);
    await theirs.extendLease(target, newOwner(), 1);
    await mine.releaseLease(target, me);
    await mustGiveBack(theirs, target, token);
    const watch = startWatch();
    await mustTake(mine, target, newOwner(), 50);
    await mustLapse(mine, target, 50, watch);
    await mustGiveBack(theirs, target, token);
  },

  'keeps a token of 30 days, which is more than a timer can': async ({ mine, theirs }) => {
    const token = newToken({ lifetimeMs: MONTH_MS, remainingMs: MONTH_MS });
    const target = await put(mine, token);
    await sleep(50);
    await mustGiveBack(theirs, target, token);
  },

  'keeps what it was given, whatever becomes of that': async ({ mine, theirs }) => {
    const token = newToken();
    const given = { ...token };
    const target = await put(mine, given);
    Object.assign(given, { value: 'changed' });
    Object.assign((await theirs.read(target)).token ?? {}, { value: 'changed' });
    await mustGiveBack(theirs, target, token);
  },
};

/** Stores the token under a lease of its own. */
export async function put(store: TokenStore, token: StoredToken, target = newTarget()): Promise<string> {
  const owner = newOwner();
  await mustTake(store, target, owner, LONGEST_LEASE_MS);
  const isStored = await store.write(target, owner, token);
  assert(isStored, 'write() must give true to the owner of the lease.');
  return target;
}

export async function mustGiveBack(store: TokenStore, target: string, token: StoredToken): Promise<void> {
  const { token: got, fault } = await store.read(target);
  assert.strictEqual(fault, undefined, `read() found fault with what write() has stored: ${fault}.`);
  assert(got, 'read() must give back the token that was stored.');
  const { remainingMs, scope, ...rest } = got;
  const { remainingMs: givenMs, scope: givenScope, ...givenRest } = token;
  assert.deepStrictEqual({ ...rest, scope }, { ...givenRest, scope: givenScope });
  const isSo = remainingMs > givenMs / 2 && remainingMs <= givenMs + 1;
  assert(isSo, `remainingMs was ${givenMs} just now, and is ${remainingMs}.`);
}

/** @param watches were started before the token was stored, and after that */
export async function mustBeLeft(
  store: TokenStore,
  target: string,
  { remainingMs }: StoredToken,
  { before, after }: Readonly<Record<'before' | 'after', () => number>>,
): Promise<void> {
  const goneMs = after();
  const { token } = await store.read(target);
  const times = `After ${Math.round(goneMs)} ms of ${remainingMs}`;
  assert(token, `${times} read() must give back the token that was stored.`);
  const { remainingMs: leftMs } = token;
  // A clock that is being set right may be a tenth slower; careful stores subtract how long their calls took, and may do so twice.
  const mostMs = remainingMs - goneMs * 0.9 + ROUNDING_MS;
  const leastMs = remainingMs - before() * 2 - EARLY_MS;
  const isSo = leftMs >= leastMs && leftMs <= mostMs;
  assert(isSo, `${times} there cannot be ${leftMs} left.`);
}

async function mustNotStore(store: TokenStore, target: string, owner: string): Promise<void> {
  const isStored = await store.write(target, owner, newToken());
  assert(!isStored, 'write() must give false to who does not have the lease.');
}
