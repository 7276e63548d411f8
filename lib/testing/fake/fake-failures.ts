import { elapsedMs, type Instant } from '../../ground/clock.js';
import type { TokenAttemptError } from '../../ground/errors.js';

/** How long the next attempt is away after a failure, if the error does not say it. ms. */
const DELAY_MS = 1_000;

/** The renewals that have failed since the last success, and how long it is until the next may be tried. */
export class FakeFailures {
  #count = 0;
  #last: { readonly error: TokenAttemptError; readonly at: Instant; readonly delayMs: number } | undefined;

  get count(): number {
    return this.#count;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#last?.error;
  }

  /** Counts one more. */
  add(error: TokenAttemptError, at: Instant): void {
    this.#count += 1;
    this.#last = { error, at, delayMs: error.retryAfterMs ?? DELAY_MS };
  }

  /** What is left of the delay, in ms: 0 once it is over, or where nothing has failed. */
  msLeft(at: Instant): number {
    return this.#last ? Math.max(0, this.#last.delayMs - elapsedMs(this.#last.at, at)) : 0;
  }

  clear(): void {
    this.#count = 0;
    this.#last = undefined;
  }
}
