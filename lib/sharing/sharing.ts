import { now, sleep } from '../ground/clock.js';
import { TokenAttemptError } from '../ground/errors.js';
import type { EventEmitter } from '../ground/event-emitter.js';
import { MAX_STORED_LENGTH, type StoredState } from '../ground/token-store.js';
import { isPromise } from '../ground/value-kind.js';
import type { Target } from '../oauth/target.js';
import { between } from '../renewal/retry-delays.js';
import type { HeldToken } from '../token/held-token.js';
import { adopt } from './adoption.js';
import { Lease, type LeaseParts } from './lease.js';
import { RecordHealth } from './record-health.js';
import { STORE_TIME_MS, type StoreTime } from './store-guard.js';
import { readBinding, type TokenBinding } from './token-binding.js';
import { type SharedAttempt, WaitPolicy } from './wait-policy.js';

const FIRST_LOOK_MS = 50;

/** What a renewal by way of a store needs. */
export interface SharingParts extends LeaseParts {
  readonly events: EventEmitter;
}

/** What a store holds for one target at a moment. */
interface StoreSnapshot {
  readonly held: HeldToken | undefined;
  readonly owner: string | undefined;
}

/**
 * Renewal by way of a shared store: adopt what another process has fetched; else take the lease, fetch, and publish; else look
 * again after a while. A store that hangs costs waiting callers half a second, once; a slow store costs up to a second.
 */
export class Sharing {
  readonly #parts: SharingParts;
  readonly #target: Target;
  readonly #records: RecordHealth;
  #lease: Lease;
  /** What the tokens of this lease are bound to. */
  #boundTo: string | undefined;

  constructor(parts: SharingParts, target: Target) {
    this.#parts = parts;
    this.#target = target;
    this.#records = new RecordHealth(parts.events, target);
    this.#lease = new Lease(parts, target);
  }

  /** @throws {TokenAttemptError} when there is no token to be had */
  async attempt(attempt: SharedAttempt): Promise<HeldToken> {
    let binding = this.#binding(attempt.signal);
    if (isPromise(binding)) binding = await binding;
    // Nobody else can tell whether the token is of use to them.
    if (!binding) return attempt.fetch();
    this.#follow(binding);
    // Callers who wait for a token do not wait for a store that is known to be out of order.
    if (this.#parts.guard.isDegraded && attempt.spareMs() <= 0) this.#probe();
    else {
      const adopted = await this.#adoptOrLease(attempt);
      // The wait for another process may have been long.
      if (adopted) return (await this.#isStill(binding, attempt.signal)) ? adopted : this.attempt(attempt);
    }
    return this.#fetch(attempt, binding);
  }

  /** Processes whose tokens are bound to different certificates share none. */
  #follow({ value }: TokenBinding): void {
    if (value === this.#boundTo) return;
    if (this.#lease.owner !== '') this.#lease.end();
    this.#lease = new Lease(this.#parts, this.#target, value);
    this.#boundTo = value;
  }

  #binding(signal: AbortSignal) {
    return readBinding(this.#target, { signal, timeoutMs: STORE_TIME_MS });
  }

  async #isStill({ value }: TokenBinding, signal: AbortSignal): Promise<boolean> {
    if (value === undefined) return true;
    return (await this.#binding(signal))?.value === value;
  }

  /** The token of another process; `undefined` where it is for us to fetch one. */
  async #adoptOrLease(attempt: SharedAttempt): Promise<HeldToken | undefined> {
    const policy = new WaitPolicy(attempt, this.#parts.settings);
    for (let round = 0; ; round += 1) {
      try {
        const finding = await this.#lookOnce(attempt, policy);
        if (finding !== 'theirs') return finding === 'ours' ? undefined : this.#adopt(finding);
        if (policy.isTooLong) return undefined;
      } catch {
        attempt.signal.throwIfAborted();
        if (policy.isTroubleTooLong(this.#parts.guard.degradedMs)) return undefined;
      }
      await sleep(lookAgainMs(round, attempt.spareMs()), attempt.signal);
    }
  }

  /** What the store holds: a token that is of use, or the lease, which is ours to take or that of another process. */
  async #lookOnce(attempt: SharedAttempt, policy: WaitPolicy): Promise<HeldToken | 'ours' | 'theirs'> {
    const time: StoreTime = { leftMs: STORE_TIME_MS };
    const { held, owner } = await this.#read(attempt, time);
    if (policy.isWelcome(held, now())) return held;
    policy.noteOwner(owner);
    if (owner !== undefined && owner === this.#lease.owner) {
      this.#lease.resume();
      return 'ours';
    }
    return owner === undefined ? this.#tryLease(attempt, policy, time) : 'theirs';
  }

  async #tryLease(
    attempt: SharedAttempt,
    policy: WaitPolicy,
    time: StoreTime,
  ): Promise<HeldToken | 'ours' | 'theirs'> {
    try {
      if (!(await this.#lease.take(time, attempt.signal))) return 'theirs';
      // Another process may have published between the two calls.
      const { held } = await this.#read(attempt, { leftMs: STORE_TIME_MS });
      if (!policy.isWelcome(held, now())) return 'ours';
      this.#lease.end();
      return held;
    } catch (error) {
      // The lease may be ours all the same.
      this.#lease.end();
      throw error;
    }
  }

  #adopt(held: HeldToken): HeldToken {
    this.#lease.noteSuccess();
    this.#parts.guard.hasServed(this.#target);
    return held;
  }

  /** Finds out whether the store is well again, without waiting for that. */
  #probe(): void {
    const call = { operation: 'read', target: this.#target } as const;
    this.#parts.background.run(this.#parts.guard.aside(call, (store) => store.read(this.#lease.key)));
    this.#lease.takeAside();
  }

  async #fetch(attempt: SharedAttempt, binding: TokenBinding): Promise<HeldToken> {
    const ended = new AbortController();
    this.#parts.background.run(this.#lease.keep(ended.signal));
    try {
      const held = await attempt.fetch();
      ended.abort();
      this.#lease.noteSuccess();
      this.#parts.background.run(this.#publish(held, this.#lease, binding));
      return held;
    } catch (error) {
      ended.abort();
      const isPassing = error instanceof TokenAttemptError && !error.permanent && !attempt.signal.aborted;
      if (isPassing) this.#lease.backOff(attempt.spareMs() > 0, error.retryAfterMs);
      else this.#lease.end();
      throw error;
    }
  }

  async #read({ signal }: SharedAttempt, time: StoreTime): Promise<StoreSnapshot> {
    const call = { operation: 'read', target: this.#target, time, signal } as const;
    return this.#parts.guard.call(call, async (store) => {
      // The time that the answer takes belongs to the token's age.
      const at = now();
      // A store of the user's own may give anything.
      const state: unknown = await store.read(this.#lease.key);
      const { token, fault, owner } = (state ?? {}) as StoredState;
      const held = token && adopt(token, this.#parts.settings, at, this.#target);
      if (held) this.#records.noteGood();
      else if (token ?? fault) this.#records.noteBad(typeof fault === 'string' ? fault : 'is no token');
      this.#lease.noteOwner(owner);
      return { held, owner: owner ?? undefined };
    });
  }

  async #publish(held: HeldToken, lease: Lease, binding: TokenBinding): Promise<void> {
    const { owner } = lease;
    const token = held.toStored(now());
    const isTooLong = token.value.length > MAX_STORED_LENGTH;
    if (isTooLong) this.#records.noteBad('cannot hold a token so long');
    const call = { operation: 'write', target: this.#target, token: token.value } as const;
    const isStored =
      !isTooLong &&
      // What it is bound to may have changed before the request was made.
      (await this.#isStill(binding, new AbortController().signal)) &&
      (await this.#parts.guard.aside(call, (store) => store.write(lease.key, owner, token)));
    if (isStored) this.#records.noteGood();
    // The other processes need not wait for a token that does not come.
    else await lease.release(owner);
  }
}

/** Soon at first, since most requests are short; later, and while a token is held, less often. */
function lookAgainMs(round: number, spareMs: number): number {
  const mostMs = spareMs > 0 ? Math.min(Math.max(spareMs / 20, FIRST_LOOK_MS), 2_000) : 500;
  return Math.min(mostMs, FIRST_LOOK_MS * 2 ** round) * between(0.5, 1, Math.random);
}
