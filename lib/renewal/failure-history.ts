import type { TokenAttemptError } from '../ground/errors.js';
import type { Settings } from '../options/settings.js';
import { delayAfter } from './retry-delays.js';

/** The attempts that have failed since the last success, and the delays that follow from them. */
export class FailureHistory {
  readonly #settings: Settings;
  #passing = 0;
  #permanent = 0;
  #lastError: TokenAttemptError | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get count(): number {
    return this.#passing + this.#permanent;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#lastError;
  }

  /** Counts a failed attempt; gives the delay before the next one, in ms. */
  add(error: TokenAttemptError, usableMs: number): number {
    const { permanent, retryAfterMs } = error;
    const before = permanent ? this.#permanent++ : this.#passing++;
    this.#lastError = error;
    return delayAfter({ permanent, before, usableMs, retryAfterMs }, this.#settings, Math.random);
  }

  /** Whether the time of the next attempt is for us to choose: nothing must be mended first, and the server named no time. */
  get mayRetrySooner(): boolean {
    return !this.#lastError?.permanent && !this.#lastError?.retryAfterMs;
  }

  /** A delay for the last failure, `ageMs` ago, drawn anew for a time without a usable token. */
  delayWithoutToken(ageMs: number): number {
    return this.#redraw(0, Math.max(0, (this.#lastError?.retryAfterMs ?? 0) - ageMs));
  }

  /** Another delay of the same kind, where no attempt may follow the last delay. */
  delayAgain(usableMs: number): number {
    return this.#redraw(usableMs, 0);
  }

  clear(): void {
    this.#passing = 0;
    this.#permanent = 0;
    this.#lastError = undefined;
  }

  #redraw(usableMs: number, retryAfterMs: number): number {
    const permanent = this.#lastError?.permanent ?? false;
    const before = (permanent ? this.#permanent : this.#passing) - 1;
    return delayAfter({ permanent, before, usableMs, retryAfterMs }, this.#settings, Math.random);
  }
}
