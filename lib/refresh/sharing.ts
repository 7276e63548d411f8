import { now, sleep } from '../clock.js';
import { TokenAttemptError } from '../errors.js';
import type { Events } from '../events.js';
import { MAX_STORED_LENGTH, type StoredState } from '../options/token-store.js';
import type { Target } from '../target.js';
import { adopt } from './adoption.js';
import type { HeldToken } from './held-token.js';
import { Lease, type LeaseParts } from './lease.js';
import { RecordWatch } from './record-watch.js';
import { between } from './schedule.js';
import { STORE_TIME_MS, type StoreTime } from './store-access.js';
import { type SharedAttempt, StoreLook } from './store-look.js';

const FIRST_LOOK_MS = 50;

/** What a renewal needs of the store: whatever it is shared by. */
export interface SharingParts extends LeaseParts {
  readonly events: Events;
}

/** What there is to see in a store. */
interface Sight {
  readonly held: HeldToken | undefined;
  readonly owner: string | undefined;
}

/**
 * The renewal rule over a shared store: take over what another has fetched; else take the lease, fetch, and publish; else look
 * again after a while. A store that hangs costs those who wait half a second, once; one that is slow, up to a second.
 */
export class Sharing {
  readonly #parts: SharingParts;
  readonly #target: Target;
  readonly #records: RecordWatch;
  readonly #lease: Lease;

  constructor(parts: SharingParts, target: Target) {
    this.#parts = parts;
    this.#target = target;
    this.#records = new RecordWatch(parts.events, target);
    this.#lease = new Lease(parts, target);
  }

  /** @throws {TokenAttemptError} when there is no token to be had */
  async attempt(attempt: SharedAttempt): Promise<HeldToken> {
    // Those who wait for a token do not wait for a store which is known to be out of order.
    if (this.#parts.access.isDegraded && attempt.spareMs() <= 0) this.#probe();
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
      await sleep(lookAgainMs(round, attempt.spareMs()), attempt.signal);
    }
  }

  /** What there is in the store: a token that is welcome, or the lease for us, or for others. */
  async #lookOnce(attempt: SharedAttempt, look: StoreLook): Promise<HeldToken | 'ours' | 'theirs'> {
    const time: StoreTime = { leftMs: STORE_TIME_MS };
    const { held, owner } = await this.#read(attempt, time);
    if (look.isWelcome(held, now())) return held;
    look.noteOwner(owner);
    if (owner !== undefined && owner === this.#lease.owner) {
      this.#lease.resume();
      return 'ours';
    }
    return owner === undefined ? this.#tryLease(attempt, look, time) : 'theirs';
  }

  async #tryLease(
    attempt: SharedAttempt,
    look: StoreLook,
    time: StoreTime,
  ): Promise<HeldToken | 'ours' | 'theirs'> {
    try {
      if (!(await this.#lease.take(time, attempt.signal))) return 'theirs';
      // Somebody may have published between the two.
      const { held } = await this.#read(attempt, { leftMs: STORE_TIME_MS });
      if (!look.isWelcome(held, now())) return 'ours';
      this.#lease.end();
      return held;
    } catch (error) {
      // It may have come to us all the same.
      this.#lease.end();
      throw error;
    }
  }

  #takeOver(held: HeldToken): HeldToken {
    this.#lease.noteSuccess();
    this.#parts.access.hasServed(this.#target);
    return held;
  }

  /** Nobody waits for it: whether the store is well again. */
  #probe(): void {
    const call = { operation: 'read', target: this.#target } as const;
    this.#parts.background.run(this.#parts.access.aside(call, (store) => store.read(this.#lease.key)));
    this.#lease.takeAside();
  }

  async #fetch(attempt: SharedAttempt): Promise<HeldToken> {
    const ended = new AbortController();
    this.#parts.background.run(this.#lease.keep(ended.signal));
    try {
      const held = await attempt.fetch();
      ended.abort();
      this.#lease.noteSuccess();
      this.#parts.background.run(this.#publish(held, this.#lease.owner));
      return held;
    } catch (error) {
      ended.abort();
      const isPassing = error instanceof TokenAttemptError && !error.permanent && !attempt.signal.aborted;
      if (isPassing) this.#lease.rest(attempt.spareMs() > 0, error.retryAfterMs);
      else this.#lease.end();
      throw error;
    }
  }

  async #read({ signal }: SharedAttempt, time: StoreTime): Promise<Sight> {
    const call = { operation: 'read', target: this.#target, time, signal } as const;
    return this.#parts.access.call(call, async (store) => {
      // What the way back takes belongs to its age.
      const at = now();
      // A store of the user's own may give anything.
      const state: unknown = await store.read(this.#lease.key);
      const { token, fault, owner } = (state ?? {}) as StoredState;
      const held = token && adopt(token, this.#parts.settings, at);
      if (held) this.#records.noteGood();
      else if (token ?? fault) this.#records.noteBad(typeof fault === 'string' ? fault : 'is no token');
      this.#lease.noteOwner(owner);
      return { held, owner: owner ?? undefined };
    });
  }

  async #publish(held: HeldToken, owner: string): Promise<void> {
    const token = held.toStored(now());
    const isTooLong = token.value.length > MAX_STORED_LENGTH;
    if (isTooLong) this.#records.noteBad('cannot hold a token so long');
    const call = { operation: 'write', target: this.#target } as const;
    const isStored =
      !isTooLong &&
      (await this.#parts.access.aside(call, (store) => store.write(this.#lease.key, owner, token)));
    if (isStored) this.#records.noteGood();
    // The others need not wait for what does not come.
    else await this.#lease.release(owner);
  }
}

/** Soon at first, for most requests are short; later, and while there is a token, it can wait. */
function lookAgainMs(round: number, spareMs: number): number {
  const mostMs = spareMs > 0 ? Math.min(Math.max(spareMs / 20, FIRST_LOOK_MS), 2_000) : 500;
  return Math.min(mostMs, FIRST_LOOK_MS * 2 ** round) * between(0.5, 1, Math.random);
}
