import { randomUUID } from 'node:crypto';
import { sleep } from '../clock.js';
import type { Settings } from '../options/read-settings.js';
import { LEASE_MS, LONGEST_LEASE_MS } from '../options/token-store.js';
import { digestOf, type Target } from '../target.js';
import type { Background } from './background.js';
import { urgedAfterMs } from './schedule.js';
import type { StoreAccess, StoreTime } from './store-access.js';

/** While a request takes longer than this, the lease is extended at such intervals. */
const EXTEND_EVERY_MS = LEASE_MS / 3;
/** After a failure the lease goes on for so long, and twice as long after each that follows. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 15_000;

export interface LeaseParts {
  readonly access: StoreAccess;
  readonly settings: Settings;
  /** Work that goes on when nobody waits for it any more. */
  readonly background: Background;
}

/** The right to fetch the next token of one target, which one of a fleet has. */
export class Lease {
  readonly #parts: LeaseParts;
  readonly #target: Target;
  /** Names the target in the store, by a digest. */
  readonly key: string;
  /** Another for each lease: what was asked for with an earlier one must not pass for the present one's. */
  #owner = '';
  /** Of the whole fleet, as far as is known here. */
  #failuresInARow = 0;

  constructor(parts: LeaseParts, target: Target) {
    this.#parts = parts;
    this.#target = target;
    this.key = digestOf(target);
  }

  /** Who we are in the store. */
  get owner(): string {
    return this.#owner;
  }

  /** Whether we have got it. */
  take(time: StoreTime, signal: AbortSignal): Promise<boolean> {
    const owner = this.#renameOwner();
    const call = { operation: 'lease', target: this.#target, time, signal } as const;
    return this.#parts.access.call(call, (store) => store.takeLease(this.key, owner, LEASE_MS));
  }

  /** Nobody waits for it. One of our own that rests would be in our way. */
  takeAside(): void {
    this.end();
    const owner = this.#renameOwner();
    const call = { operation: 'lease', target: this.#target } as const;
    this.#parts.background.run(
      this.#parts.access.aside(call, (store) => store.takeLease(this.key, owner, LEASE_MS)),
    );
  }

  /** For as long as a request takes, unless it is lost. */
  async keep(until: AbortSignal): Promise<void> {
    for (let isOurs: boolean | undefined = true; isOurs !== false; ) {
      await sleep(EXTEND_EVERY_MS, until);
      isOurs = await this.#extend(LEASE_MS);
    }
  }

  /** It rests after a failure of our own, and the wait for the next attempt is over. */
  resume(): void {
    this.#parts.background.run(this.#extend(LEASE_MS));
  }

  /** Nobody else makes an attempt meanwhile; where there is no token, for no longer than one who is alone would wait. */
  rest(hasToken: boolean, retryAfterMs = 0): void {
    const longestMs = hasToken ? LONGEST_REST_MS : urgedAfterMs(this.#parts.settings);
    const backoffMs = Math.min(REST_MS * 2 ** this.#failuresInARow, longestMs);
    const restMs = Math.min(Math.max(backoffMs, retryAfterMs), LONGEST_LEASE_MS);
    this.#failuresInARow += 1;
    this.#parts.background.run(this.#extend(restMs));
  }

  end(): void {
    this.#parts.background.run(this.release(this.#owner));
  }

  release(owner: string): Promise<unknown> {
    const call = { operation: 'lease', target: this.#target, isQuiet: true } as const;
    return this.#parts.access.aside(call, (store) => store.releaseLease(this.key, owner));
  }

  /** There is a token: whoever failed before, it is over. */
  noteSuccess(): void {
    this.#failuresInARow = 0;
  }

  /** Whoever has it after others have failed tells by its name how many: if nothing comes of it, there is one more. */
  noteOwner(owner: unknown): void {
    const [, count] = /\.(\d{1,2})$/.exec(String(owner)) ?? [];
    if (count !== undefined && owner !== this.#owner) this.#failuresInARow = Number(count) + 1;
  }

  #extend(forMs: number): Promise<boolean | undefined> {
    const owner = this.#owner;
    const call = { operation: 'lease', target: this.#target, isQuiet: true } as const;
    return this.#parts.access.aside(call, (store) => store.extendLease(this.key, owner, forMs));
  }

  #renameOwner(): string {
    this.#owner = `${randomUUID()}.${this.#failuresInARow}`;
    return this.#owner;
  }
}
