import { type Instant, steadyNow } from '../clock.js';
import type { RefreshReason } from '../events.js';
import type { Settings } from '../options/read-settings.js';
import { LEASE_MS } from '../options/token-store.js';
import type { HeldToken } from './held-token.js';

/** Whoever asks for a new token is served by one that others have asked for just before. */
const JUST_NOW_MS = 1_000;
/** So many times in a row nobody may have the lease, and yet it is refused. */
const MAX_REFUSALS = 3;

/** One attempt, as the entry sees it. */
export interface SharedAttempt {
  readonly reason: RefreshReason;
  readonly signal: AbortSignal;
  /** Asks the token endpoint. */
  readonly fetch: () => Promise<HeldToken>;
  /** Whether a token is better than the one held, and good enough for those who wait. */
  readonly isWelcome: (held: HeldToken, at: Instant) => boolean;
  /** How long the token held can still be used, in ms. */
  readonly usableMs: () => number;
}

/** How one attempt waits for what others fetch. */
export class StoreLook {
  readonly #attempt: SharedAttempt;
  readonly #since = steadyNow();
  readonly #patienceMs: number;
  #refusals = 0;

  constructor(attempt: SharedAttempt, settings: Pick<Settings, 'maxWaitMs' | 'requestTimeoutMs'>) {
    this.#attempt = attempt;
    this.#patienceMs = patienceOf(settings) * (0.75 + Math.random() / 4);
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

  /** Whether the others have had time enough: as long as callers can bear, or half of what the token held still lives. */
  get isTooLong(): boolean {
    if (this.#refusals >= MAX_REFUSALS) return true;
    return this.#waitedMs > this.#patienceMs && this.#waitedMs >= this.#attempt.usableMs();
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
