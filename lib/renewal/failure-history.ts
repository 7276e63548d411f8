import { elapsedMs, type Instant, now } from '../ground/clock.js';
import { type TokenAttemptError, TokenEndpointError } from '../ground/errors.js';
import { isClientRefused, isDoubtfulAddress } from '../oauth/error-response.js';
import type { Settings } from '../options/settings.js';
import { delayAfter, type FailureKind } from './retry-delays.js';

/** For how long an address that has never given a token is tried, in ms, before it is believed to be wrong: a roll-out. */
const ROLL_OUT_MS = 3_000;
/** Without a usable token, a failure that is older than this, in ms, is not remembered any more. */
const SHORT_MEMORY_MS = 5_000;

/** The attempts that have failed since the last success, and the delays that follow from them. */
export class FailureHistory {
  readonly #settings: Settings;
  readonly #counts = new Map<FailureKind, number>();
  #firstAt: Instant | undefined;
  #last: { readonly error: TokenAttemptError; readonly kind: FailureKind } | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get count(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#last?.error;
  }

  /** Whether the last failure is one that trying again does not mend. */
  get isFinal(): boolean {
    return this.#last?.kind === 'refused' || this.#last?.kind === 'unmet';
  }

  /** Counts a failed attempt; gives the delay before the next one, in ms. */
  add(error: TokenAttemptError, usableMs: number): number {
    this.#firstAt ??= now();
    const kind = kindOf(error, elapsedMs(this.#firstAt));
    const before = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, before + 1);
    this.#last = { error, kind };
    return this.#draw(before, usableMs, error.retryAfterMs);
  }

  /** Whether the time of the next attempt is for us to choose: nothing must be mended first, and the server named no time. */
  get mayRetrySooner(): boolean {
    return !this.isFinal && !this.#last?.error.retryAfterMs;
  }

  /** A delay for the last failure, `ageMs` ago, drawn anew for a time without a usable token. */
  delayWithoutToken(ageMs: number): number {
    const retryAfterMs = Math.max(0, (this.#last?.error.retryAfterMs ?? 0) - ageMs);
    if (this.isFinal && ageMs >= SHORT_MEMORY_MS) return retryAfterMs;
    return this.#redraw(0, retryAfterMs);
  }

  /** Another delay of the same kind, where no attempt may follow the last delay. */
  delayAgain(usableMs: number): number {
    return this.#redraw(usableMs, 0);
  }

  clear(): void {
    this.#counts.clear();
    this.#firstAt = undefined;
    this.#last = undefined;
  }

  #redraw(usableMs: number, retryAfterMs: number): number {
    const before = (this.#counts.get(this.#last?.kind ?? 'passing') ?? 1) - 1;
    return this.#draw(before, usableMs, retryAfterMs);
  }

  #draw(before: number, usableMs: number, retryAfterMs: number | undefined): number {
    const kind = this.#last?.kind ?? 'passing';
    return delayAfter({ kind, before, usableMs, retryAfterMs }, this.#settings, Math.random);
  }
}

/** `ageMs` is the time since the first failure. */
function kindOf(error: TokenAttemptError, ageMs: number): FailureKind {
  if (!error.permanent) return 'passing';
  if (isDoubtfulAddress(error) && ageMs < ROLL_OUT_MS) return 'roll-out';
  return error instanceof TokenEndpointError && isClientRefused(error) ? 'refused' : 'unmet';
}
