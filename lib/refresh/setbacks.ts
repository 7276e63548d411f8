import type { TokenAttemptError } from '../errors.js';
import type { Settings } from '../options/read-settings.js';
import { delayAfter } from './schedule.js';

/** The attempts that have failed since the last success. */
export class Setbacks {
  readonly #settings: Settings;
  #passing = 0;
  #permanent = 0;
  #lastError: TokenAttemptError | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get inARow(): number {
    return this.#passing + this.#permanent;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#lastError;
  }

  /** Counts a failed attempt, and tells how long to wait before the next. */
  add(error: TokenAttemptError, usableMs: number): number {
    const { permanent, retryAfterMs } = error;
    const before = permanent ? this.#permanent++ : this.#passing++;
    this.#lastError = error;
    return delayAfter({ permanent, before, usableMs, retryAfterMs }, this.#settings, Math.random);
  }

  /** The wait after the last failure, drawn anew for a time without a usable token. */
  delayWithoutToken({ permanent, retryAfterMs }: TokenAttemptError): number {
    const before = Math.max(0, (permanent ? this.#permanent : this.#passing) - 1);
    return delayAfter({ permanent, before, usableMs: 0, retryAfterMs }, this.#settings, Math.random);
  }

  clear(): void {
    this.#passing = 0;
    this.#permanent = 0;
    this.#lastError = undefined;
  }
}
