import assert from 'node:assert';
import { withDeadline } from '../../ground/deadline.js';
import { makeAbortController } from '../../ground/runtime/abort-signal.js';
import type { StoredState, StoredToken, TokenStore } from '../../ground/token-store.js';

/** A provider gives up sooner: no store that is any good takes so long. */
const LONGEST_CALL_MS = 5_000;

/** The store that is tested: each call must answer, in time, and with a value of the right kind. */
export class WatchedStore implements TokenStore {
  readonly #store: TokenStore;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  async read(target: string): Promise<StoredState> {
    const state = await inTime('read', () => this.#store.read(target));
    assert(typeof state === 'object' && state !== null, `read() must give an object; it gave ${state}.`);
    const { owner, token } = state;
    const isOwner = owner === undefined || typeof owner === 'string';
    assert(isOwner, `The owner that read() gives must be text, or undefined; it gave ${owner}.`);
    const isToken = token === undefined || (typeof token === 'object' && token !== null);
    assert(isToken, `The token that read() gives must be an object, or undefined; it gave ${token}.`);
    return state;
  }

  takeLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    return decided('takeLease', () => this.#store.takeLease(target, owner, leaseMs));
  }

  extendLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    return decided('extendLease', () => this.#store.extendLease(target, owner, leaseMs));
  }

  async releaseLease(target: string, owner: string): Promise<void> {
    await inTime('releaseLease', () => this.#store.releaseLease(target, owner));
  }

  write(target: string, owner: string, token: StoredToken): Promise<boolean> {
    return decided('write', () => this.#store.write(target, owner, token));
  }
}

async function decided(method: string, call: () => Promise<boolean>): Promise<boolean> {
  const answer = await inTime(method, call);
  assert(typeof answer === 'boolean', `${method}() must give true or false; it gave ${answer}.`);
  return answer;
}

function inTime<T>(method: string, call: () => Promise<T>): Promise<T> {
  return withDeadline(
    () => {
      const answer = call();
      // Not by `instanceof`: a test runner may have realms of its own.
      assert(typeof answer?.then === 'function', `${method}() must give a promise.`);
      return answer;
    },
    {
      timeoutMs: LONGEST_CALL_MS,
      signal: makeAbortController().signal,
      keepsAlive: true,
      onTimeout: () => new assert.AssertionError({ message: `${method}() hangs.` }),
    },
  );
}
