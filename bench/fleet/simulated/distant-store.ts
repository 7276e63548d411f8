import type { StoredState, StoredToken, TokenStore } from '../../../lib/index.js';
import { sleep } from './sleep.js';
import type { Tally } from './tally.js';

/** There, and back again. */
const LATENCY_MS = 2;

/** How the store behaves from now on. */
type Condition =
  | { readonly is: 'well' }
  | { readonly is: 'failing' }
  | { readonly is: 'hanging'; readonly end: Promise<void> };

const WELL: Condition = { is: 'well' };

/** A store behind a network, as far away as Redis is, and as likely to be out of order. */
export class DistantStore implements TokenStore {
  readonly #store: TokenStore;
  readonly #calls: Tally;
  #condition: Condition = WELL;

  constructor(store: TokenStore, calls: Tally) {
    this.#store = store;
    this.#calls = calls;
  }

  read(target: string): Promise<StoredState> {
    return this.#reach(() => this.#store.read(target));
  }

  takeLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#reach(() => this.#store.takeLease(target, owner, leaseMs));
  }

  extendLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#reach(() => this.#store.extendLease(target, owner, leaseMs));
  }

  releaseLease(target: string, owner: string): Promise<void> {
    return this.#reach(() => this.#store.releaseLease(target, owner));
  }

  write(target: string, owner: string, token: StoredToken): Promise<boolean> {
    return this.#reach(() => this.#store.write(target, owner, token));
  }

  /** Refuses all calls for so long. What it holds is there again afterwards. */
  async fail(forMs: number): Promise<void> {
    this.#condition = { is: 'failing' };
    await sleep(forMs);
    this.#condition = WELL;
  }

  /** Answers nothing for so long: what was asked meanwhile is done at its end, whoever has given up waiting for it. */
  async hang(forMs: number): Promise<void> {
    this.#condition = { is: 'hanging', end: sleep(forMs) };
    await sleep(forMs);
    this.#condition = WELL;
  }

  async #reach<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#calls.count();
    await sleep(LATENCY_MS / 2);
    const condition = this.#condition;
    if (condition.is === 'failing') throw Object.assign(new Error('Refused.'), { code: 'ECONNREFUSED' });
    if (condition.is === 'hanging') await condition.end;
    const result = await work();
    await sleep(LATENCY_MS / 2);
    return result;
  }
}
