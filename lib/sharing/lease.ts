import { sleep } from '../ground/clock.js';
import { nodeCrypto } from '../ground/runtime/late-modules.js';
import { LEASE_MS, LONGEST_LEASE_MS } from '../ground/token-store.js';
import { digestOf, type Target } from '../oauth/target.js';
import type { Settings } from '../options/settings.js';
import { leastCapWithoutToken } from '../renewal/retry-delays.js';
import type { Background } from './background.js';
import type { StoreGuard, StoreTime } from './store-guard.js';

/** A request under way extends its lease at this interval. */
const EXTEND_EVERY_MS = LEASE_MS / 3;
/** After a failure the lease is kept for this long, so that nobody else tries; twice as long after each further failure. */
const BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 15_000;

export interface LeaseParts {
  readonly guard: StoreGuard;
  readonly settings: Settings;
  /** Work that goes on when nobody waits for it any more. */
  readonly background: Background;
}

/** The right to fetch the next token of one target, which one process of a fleet has at a time. */
export class Lease {
  readonly #parts: LeaseParts;
  readonly #target: Target;
  /** Names the target in the store, by a digest. */
  readonly key: string;
  /** Another name for each lease: a request made under an earlier lease must not pass for one of the present lease. */
  #owner = '';
  /** The failures of the whole fleet, as far as this process knows. */
  #failuresInARow = 0;

  /** @param binding what the tokens are bound to, if anything that may change */
  constructor(parts: LeaseParts, target: Target, binding?: string) {
    this.#parts = parts;
    this.#target = target;
    this.key = digestOf(target, binding);
  }

  /** The name of this process in the store, as owner of the lease. */
  get owner(): string {
    return this.#owner;
  }

  /** @returns whether the lease is ours now */
  take(time: StoreTime, signal: AbortSignal): Promise<boolean> {
    const owner = this.#renameOwner();
    const call = { operation: 'lease', target: this.#target, time, signal } as const;
    return this.#parts.guard.call(call, (store) => store.takeLease(this.key, owner, LEASE_MS));
  }

  /** Tries to take the lease without waiting for the answer. An earlier lease of our own would be in our way. */
  takeAside(): void {
    this.end();
    const owner = this.#renameOwner();
    const call = { operation: 'lease', target: this.#target } as const;
    this.#parts.background.run(
      this.#parts.guard.aside(call, (store) => store.takeLease(this.key, owner, LEASE_MS)),
    );
  }

  /** Extends the lease for as long as a request takes, unless the lease is lost. */
  async keep(until: AbortSignal): Promise<void> {
    for (let isOurs: boolean | undefined = true; isOurs !== false; ) {
      await sleep(EXTEND_EVERY_MS, until);
      isOurs = await this.#extend(LEASE_MS);
    }
  }

  /** Our own attempt failed earlier and its delay has passed: hold the lease again for the next attempt. */
  resume(): void {
    this.#parts.background.run(this.#extend(LEASE_MS));
  }

  /**
   * Our attempt failed: keep the lease for a while, so that nobody else tries. Where there is no token, no longer than a process
   * without a fleet would wait.
   */
  backOff(hasToken: boolean, retryAfterMs = 0): void {
    const longestMs = hasToken ? LONGEST_BACKOFF_MS : leastCapWithoutToken(this.#parts.settings);
    const backoffMs = Math.min(BACKOFF_MS * 2 ** this.#failuresInARow, longestMs);
    const keptMs = Math.min(Math.max(backoffMs, retryAfterMs), LONGEST_LEASE_MS);
    this.#failuresInARow += 1;
    this.#parts.background.run(this.#extend(keptMs));
  }

  end(): void {
    this.#parts.background.run(this.release(this.#owner));
  }

  release(owner: string): Promise<unknown> {
    const call = { operation: 'lease', target: this.#target, isQuiet: true } as const;
    return this.#parts.guard.aside(call, (store) => store.releaseLease(this.key, owner));
  }

  /** There is a token again: the fleet's failures are over. */
  noteSuccess(): void {
    this.#failuresInARow = 0;
  }

  /** An owner's name tells how many attempts of the fleet failed before. If this lease brings nothing either, that is one more. */
  noteOwner(owner: unknown): void {
    const [, count] = /\.(\d{1,2})$/.exec(String(owner)) ?? [];
    if (count !== undefined && owner !== this.#owner) this.#failuresInARow = Number(count) + 1;
  }

  #extend(forMs: number): Promise<boolean | undefined> {
    const owner = this.#owner;
    const call = { operation: 'lease', target: this.#target, isQuiet: true } as const;
    return this.#parts.guard.aside(call, (store) => store.extendLease(this.key, owner, forMs));
  }

  #renameOwner(): string {
    this.#owner = `${nodeCrypto().randomUUID()}.${this.#failuresInARow}`;
    return this.#owner;
  }
}
