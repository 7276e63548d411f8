import { type Instant, steadyNow } from '../clock.js';
import type { RefreshReason } from '../events.js';
import type { Settings } from '../options/read-settings.js';
import { LEASE_MS } from '../options/token-store.js';
import type { HeldToken } from './held-token.js';
import { between } from './schedule.js';

/** Whoever asks for a new token is served by one that others have asked for just before. */
const JUST_NOW_MS = 1_000;
/** So many times in a row nobody may have the lease, and yet it is refused. */
const MAX_REFUSALS = 3;

/** Of what a token still lives when its renewal begins: others who fail do the fleet's attempts, so that few have to be made. */
const LEAST_RESERVE = 0.02;
const LARGEST_RESERVE = 0.1;

/** As much of it is given to a store that is out of order. */
const LEAST_TROUBLE = 0.2;
const LARGEST_TROUBLE = 0.3;
/** One that has been so for longer than this is not waited for. */
const LONGEST_TROUBLE_MS = 90_000;

/** One attempt, as the entry sees it. */
export interface SharedAttempt {
  readonly reason: RefreshReason;
  readonly signal: AbortSignal;
  /** Asks the token endpoint. */
  readonly fetch: () => Promise<HeldToken>;
  /** Whether a token is better than the one held, and good enough for those who wait. */
  readonly isWelcome: (held: HeldToken, at: Instant) => boolean;
  /** How long it has, in ms: while the token held can be used; 0 where callers wait, or there is none. */
  readonly spareMs: () => number;
}

/** How one attempt waits for what others fetch. */
export class StoreLook {
  readonly #attempt: SharedAttempt;
  readonly #since = steadyNow();
  readonly #patienceMs: number;
  /** One that holds a token goes alone when no more than this is left of it. */
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

  /** Takes note of how it stands with the lease. */
  noteOwner(owner: string | undefined): void {
    this.#refusals = owner === undefined ? this.#refusals + 1 : 0;
  }

  /** Whether the others have had time enough. While a token is held, that is nearly all the time it lives. */
  get isTooLong(): boolean {
    if (this.#refusals >= MAX_REFUSALS) return true;
    const spareMs = this.#attempt.spareMs();
    return spareMs > 0 ? spareMs < this.#reserveMs : this.#waitedMs > this.#patienceMs;
  }

  /**
   * Whether a store that is out of order is to be done without. With a token in hand there is time for another Redis to take
   * over: else the whole fleet would fetch alone for that.
   */
  isTroubleTooLong(degradedMs: number): boolean {
    const isShort = degradedMs < LONGEST_TROUBLE_MS && this.#waitedMs < this.#troubleMs;
    return !isShort || this.#attempt.spareMs() <= 0;
  }

  get #waitedMs(): number {
    return steadyNow() - this.#since;
  }
}

/** For a request of another's, which may be the last of one that is killed; but callers must see the end of our own. */
function patienceOf({
  maxWaitMs,
  requestTimeoutMs,
}: Pick<Settings, 'maxWaitMs' | 'requestTimeoutMs'>): number {
  return Math.max(LEASE_MS, Math.min(requestTimeoutMs + LEASE_MS, maxWaitMs / 2));
}
