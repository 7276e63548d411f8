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

  /** Whether nobody has to mend something first, and the server did not say itself when to come again. */
  get isLeftToUs(): boolean {
    return !this.#lastError?.permanent && !this.#lastError?.retryAfterMs;
  }

  /** What is left of the wait after the last failure, `ageMs` ago, drawn anew for a time without a usable token. */
  delayWithoutToken(ageMs: number): number {
    return this.#redraw(0, Math.max(0, (this.#lastError?.retryAfterMs ?? 0) - ageMs));
  }

  /** Another wait of the same kind, where that one was not to be followed by an attempt. */
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
