import { type Instant, steadyNow } from '../ground/clock.js';
import type { RefreshReason } from '../ground/events.js';
import { LEASE_MS } from '../ground/token-store.js';
import type { Settings } from '../options/settings.js';
import { between } from '../renewal/retry-delays.js';
import type { HeldToken } from '../token/held-token.js';

/** A token that another process asked for this recently, in ms, serves a caller who asks for a new one. */
const JUST_NOW_MS = 1_000;
/** How many times in a row the lease may be refused although nobody has it. */
const MAX_REFUSALS = 3;

/** The last share of a token's life, within which a process stops waiting for the others. It is drawn, so that few try alone. */
const LEAST_RESERVE = 0.02;
const LARGEST_RESERVE = 0.1;

/** The share of a token's life for which a store may be out of order before a process does without it. */
const LEAST_TROUBLE = 0.2;
const LARGEST_TROUBLE = 0.3;
/** A store that has been out of order for longer than this is not waited for. */
const LONGEST_TROUBLE_MS = 90_000;

/** One attempt to get a token, by the store or from the token endpoint. */
export interface SharedAttempt {
  readonly reason: RefreshReason;
  readonly signal: AbortSignal;
  /** Asks the token endpoint. */
  readonly fetch: () => Promise<HeldToken>;
  /** Whether a token is better than the one held, and good enough for the callers who wait. */
  readonly isWelcome: (held: HeldToken, at: Instant) => boolean;
  /** How long the attempt may take, in ms: while the token held can be used; 0 where callers wait, or there is none. */
  readonly spareMs: () => number;
}

/** For how long one attempt waits for other processes to fetch a token. */
export class WaitPolicy {
  readonly #attempt: SharedAttempt;
  readonly #since = steadyNow();
  readonly #patienceMs: number;
  /** With a token in hand, the attempt goes alone when no more than this is left of its life. */
  readonly #reserveMs: number;
  readonly #troubleMs: number;
  #refusals = 0;

  constructor(attempt: SharedAttempt, settings: Pick<Settings, 'maxWaitMs' | 'requestTimeoutMs'>) {
    this.#attempt = attempt;
    this.#patienceMs = patienceOf(settings) * between(0.75, 1, Math.random);
    this.#troubleMs = attempt.spareMs() * between(LEAST_TROUBLE, LARGEST_TROUBLE, Math.random);
    this.#reserveMs = attempt.spareMs() * between(LEAST_RESERVE, LARGEST_RESERVE, Math.random);
  }

  /** Whether the token that is stored now is of use. */
  isWelcome(held: HeldToken | undefined, at: Instant): held is HeldToken {
    if (!held || !this.#attempt.isWelcome(held, at)) return false;
    return this.#attempt.reason !== 'requested' || held.ageMs(at) < this.#waitedMs + JUST_NOW_MS;
  }

  /** Takes note of who has the lease. */
  noteOwner(owner: string | undefined): void {
    this.#refusals = owner === undefined ? this.#refusals + 1 : 0;
  }

  /** Whether the other processes have had time enough. While a token is held, that is nearly all the time it lives. */
  get isTooLong(): boolean {
    if (this.#refusals >= MAX_REFUSALS) return true;
    const spareMs = this.#attempt.spareMs();
    return spareMs > 0 ? spareMs < this.#reserveMs : this.#waitedMs > this.#patienceMs;
  }

  /**
   * Whether to do without a store that is out of order. With a token in hand there is time for another Redis to take over;
   * otherwise the whole fleet would fetch alone at each failover.
   */
  isTroubleTooLong(degradedMs: number): boolean {
    const isShort = degradedMs < LONGEST_TROUBLE_MS && this.#waitedMs < this.#troubleMs;
    return !isShort || this.#attempt.spareMs() <= 0;
  }

  get #waitedMs(): number {
    return steadyNow() - this.#since;
  }
}

/** Long enough for another process to fetch (or to lose its lease, if killed); short enough for our own request to follow. */
function patienceOf({
  maxWaitMs,
  requestTimeoutMs,
}: Pick<Settings, 'maxWaitMs' | 'requestTimeoutMs'>): number {
  return Math.max(LEASE_MS, Math.min(requestTimeoutMs + LEASE_MS, maxWaitMs / 2));
}
