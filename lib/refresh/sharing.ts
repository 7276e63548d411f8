import { randomUUID } from 'node:crypto';
import { now, sleep } from '../clock.js';
import { TokenAttemptError } from '../errors.js';
import type { Events } from '../events.js';
import type { Settings } from '../options/read-settings.js';
import { LEASE_MS, LONGEST_LEASE_MS, type StoredState, type TokenStore } from '../options/token-store.js';
import { keyOf, type Target } from '../target.js';
import { adopt } from './adoption.js';
import type { Background } from './background.js';
import type { HeldToken } from './held-token.js';
import {
  RecordWatch,
  STORE_TIME_MS,
  type StoreAccess,
  type StoreCall,
  type StoreTime,
} from './store-access.js';
import { type SharedAttempt, StoreLook } from './store-look.js';

/** While a request takes longer than this, the lease is extended at such intervals. */
const EXTEND_EVERY_MS = LEASE_MS / 3;
/** After a failure the lease goes on for so long, and twice as long after each that follows. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 15_000;
const FIRST_LOOK_MS = 50;

/** What a renewal needs of the store: whatever it is shared by. */
export interface SharingParts {
  readonly access: StoreAccess;
  readonly settings: Settings;
  readonly events: Events;
  /** Work that goes on when nobody waits for it any more. */
  readonly background: Background;
}

/** What there is to see in a store. */
interface Sight {
  readonly held: HeldToken | undefined;
  readonly owner: string | undefined;
}

/**
 * The renewal rule over a shared store: take over what another has fetched; else take the lease, fetch, and publish; else look
 * again after a while. A store that is out of order costs half a second, once, and no caller anything more.
 */
export class Sharing {
  readonly #parts: SharingParts;
  readonly #target: Target;
  readonly #key: string;
  readonly #records: RecordWatch;
  /** Another for each lease: what was asked for with an earlier one must not pass for the present one's. */
  #owner = '';
  /** Of the whole fleet, as far as is known here. */
  #failuresInARow = 0;

  constructor(parts: SharingParts, target: Target) {
    this.#parts = parts;
    this.#target = target;
    this.#key = keyOf(target);
    this.#records = new RecordWatch(parts.events, target);
  }

  /** @throws {TokenAttemptError} when there is no token to be had */
  async attempt(attempt: SharedAttempt): Promise<HeldToken> {
    const isWaitedFor = attempt.usableMs() <= 0;
    // Those who wait for a token do not wait for a store which is known to be out of order.
    if (this.#parts.access.isDegraded && isWaitedFor) this.#probe();
    else {
      const adopted = await this.#adoptOrLease(attempt);
      if (adopted) return adopted;
    }
    return this.#fetch(attempt);
  }

  /** Gives another's token; `undefined` where it is for us to fetch one. */
  async #adoptOrLease(attempt: SharedAttempt): Promise<HeldToken | undefined> {
    const look = new StoreLook(attempt, this.#parts.settings);
    for (let round = 0; ; round += 1) {
      try {
        const finding = await this.#lookOnce(attempt, look);
        if (finding !== 'theirs') return finding === 'ours' ? undefined : this.#takeOver(finding);
        if (look.isTooLong) return undefined;
      } catch {
        attempt.signal.throwIfAborted();
        if (look.isTroubleTooLong(this.#parts.access.degradedMs)) return undefined;
      }
      await sleep(lookAgainMs(round, attempt.usableMs()), attempt.signal);
    }
  }

  /** What there is in the store: a token that is welcome, or the lease for us, or for others. */
  async #lookOnce(attempt: SharedAttempt, look: StoreLook): Promise<HeldToken | 'ours' | 'theirs'> {
    const time: StoreTime = { leftMs: STORE_TIME_MS };
    const { held, owner } = await this.#read(attempt, time);
    if (look.isWelcome(held, now())) return held;
    look.noteOwner(owner);
    if (owner !== undefined) return 'theirs';
    try {
      if (!(await this.#takeLease(attempt, time))) return 'theirs';
      // Somebody may have published between the two.
      const { held: late } = await this.#read(attempt, time);
      if (!look.isWelcome(late, now())) return 'ours';
      this.#endLease();
      return late;
    } catch (error) {
      // It may have come to us all the same.
      this.#endLease();
      throw error;
    }
  }

  #takeOver(held: HeldToken): HeldToken {
    this.#failuresInARow = 0;
    this.#parts.access.hasServed(this.#target);
    return held;
  }

  /** Nobody waits for it: whether the store is well again. */
  #probe(): void {
    const owner = this.#renameOwner();
    const { background } = this.#parts;
    background.run(this.#aside('read', (store) => store.read(this.#key)));
    background.run(this.#aside('lease', (store) => store.takeLease(this.#key, owner, LEASE_MS)));
  }

  async #fetch(attempt: SharedAttempt): Promise<HeldToken> {
    const ended = new AbortController();
    this.#parts.background.run(this.#keepLease(ended.signal));
    try {
      const held = await attempt.fetch();
      ended.abort();
      this.#failuresInARow = 0;
      this.#publish(held);
      return held;
    } catch (error) {
      ended.abort();
      const isPassing = error instanceof TokenAttemptError && !error.permanent && !attempt.signal.aborted;
      if (isPassing) this.#restLease(error.retryAfterMs);
      else this.#endLease();
      throw error;
    }
  }

  async #read({ signal }: SharedAttempt, time: StoreTime): Promise<Sight> {
    const call: StoreCall = { operation: 'read', target: this.#target, time, signal };
    return this.#parts.access.call(call, async (store) => {
      // A store of the user's own may give anything.
      const state: unknown = await store.read(this.#key);
      const { token, fault, owner } = (state ?? {}) as StoredState;
      const held = token && adopt(token, this.#parts.settings, now());
      if (held) this.#records.isGood();
      else if (token ?? fault) this.#records.isBad(typeof fault === 'string' ? fault : 'is no token');
      this.#noteFailures(owner);
      return { held, owner };
    });
  }

  /** Whoever has the lease after others have failed tells by its name how many: if nothing comes of it, there is one more. */
  #renameOwner(): string {
    this.#owner = `${randomUUID()}.${this.#failuresInARow}`;
    return this.#owner;
  }

  #noteFailures(owner: unknown): void {
    const [, count] = /\.(\d{1,2})$/.exec(String(owner)) ?? [];
    if (count !== undefined && owner !== this.#owner) this.#failuresInARow = Number(count) + 1;
  }

  #takeLease({ signal }: SharedAttempt, time: StoreTime): Promise<boolean> {
    const owner = this.#renameOwner();
    const call: StoreCall = { operation: 'lease', target: this.#target, time, signal };
    return this.#parts.access.call(call, (store) => store.takeLease(this.#key, owner, LEASE_MS));
  }

  /** For as long as the request takes, unless it is lost. */
  async #keepLease(until: AbortSignal): Promise<void> {
    for (let isOurs = true; isOurs; ) {
      await sleep(EXTEND_EVERY_MS, until);
      isOurs = await this.#extendLease(LEASE_MS);
    }
  }

  /** Nobody makes an attempt meanwhile. */
  #restLease(retryAfterMs = 0): void {
    const backoffMs = Math.min(REST_MS * 2 ** this.#failuresInARow, LONGEST_REST_MS);
    const restMs = Math.min(Math.max(backoffMs, retryAfterMs), LONGEST_LEASE_MS);
    this.#failuresInARow += 1;
    this.#parts.background.run(this.#extendLease(restMs));
  }

  #endLease(): void {
    this.#parts.background.run(this.#releaseLease(this.#owner));
  }

  #publish(held: HeldToken): void {
    this.#parts.background.run(this.#write(held, this.#owner));
  }

  async #write(held: HeldToken, owner: string): Promise<void> {
    const token = held.toStored(now());
    const isStored = await this.#aside('write', (store) => store.write(this.#key, owner, token));
    if (isStored) this.#records.isGood();
    // The others need not wait for what does not come.
    else await this.#releaseLease(owner);
  }

  #extendLease(forMs: number): Promise<boolean> {
    const owner = this.#owner;
    return this.#aside('lease', (store) => store.extendLease(this.#key, owner, forMs), true);
  }

  #releaseLease(owner: string): Promise<boolean> {
    return this.#aside('lease', (store) => store.releaseLease(this.#key, owner), true);
  }

  /** Nobody waits for it, and nobody fails by it. Whether it was done. */
  async #aside(
    operation: StoreCall['operation'],
    work: (store: TokenStore) => Promise<unknown>,
    isQuiet = false,
  ): Promise<boolean> {
    const { signal } = new AbortController();
    const call = { operation, target: this.#target, time: { leftMs: STORE_TIME_MS }, signal, isQuiet };
    return this.#parts.access.call(call, work).then(
      (result) => result === true,
      () => false,
    );
  }
}

/** Soon at first, for most requests are short; later, and while there is a token, it can wait. */
function lookAgainMs(round: number, usableMs: number): number {
  const mostMs = usableMs > 0 ? Math.min(Math.max(usableMs / 20, FIRST_LOOK_MS), 2_000) : 500;
  return Math.min(mostMs, FIRST_LOOK_MS * 2 ** round) * (0.5 + Math.random() / 2);
}
