import { elapsedMs, now } from '../ground/clock.js';
import { TokenAttemptError, TokenRequestError } from '../ground/errors.js';
import { makeAbortController } from '../ground/runtime/abort-signal.js';
import type { AdjustableDelay } from './adjustable-delay.js';
import type { RetryPacer } from './retry-pacer.js';
import { withRetries } from './retry-policy.js';

export interface FlightPlan<Held> {
  readonly retries: number;
  /** A longer delay than this, in ms, ends the flight: nobody can say when the next attempt comes. */
  readonly longestDelayMs: number;
  readonly pacer: Pick<RetryPacer, 'noteFailure' | 'isFinal' | 'startDelay'>;
  /** Makes one attempt to get something better than what is held. */
  readonly attempt: (signal: AbortSignal) => Promise<Held>;
  /** Told when an attempt failed and another follows. */
  readonly onRetry: (error: TokenAttemptError, attempt: number, delayMs: number) => void;
}

/** How a flight ended. `delayMs` is the delay that must follow a failure. */
export type FlightOutcome<Held> = (
  | { readonly is: 'renewed'; readonly held: Held }
  | { readonly is: 'failed'; readonly error: TokenAttemptError; readonly delayMs: number }
) & { readonly attempts: number; readonly durationMs: number };

/** One effort, of several attempts, to get the next token, or whatever else is renewed. Its outcome never rejects. */
export class Flight<Held> {
  readonly outcome: Promise<FlightOutcome<Held>>;
  readonly #plan: FlightPlan<Held>;
  readonly #abort = makeAbortController();
  readonly #startedAt = now();
  #attempts = 0;
  #delayMs = 0;
  #delay: AdjustableDelay | undefined;

  constructor(plan: FlightPlan<Held>) {
    this.#plan = plan;
    // Not in the same turn: what an attempt calls may call back, and must find this flight under way.
    this.outcome = Promise.resolve().then(() => this.#fly());
  }

  /** The delay between two attempts, while there is one. */
  get delay(): AdjustableDelay | undefined {
    return this.#delay;
  }

  abort(): void {
    this.#abort.abort(new TokenRequestError('The flight was ended.', 'ERR_ABORTED'));
  }

  async #fly(): Promise<FlightOutcome<Held>> {
    try {
      const held = await withRetries(() => this.#attempt(), {
        retries: this.#plan.retries,
        signal: this.#abort.signal,
        onFailure: (error, isLast) => this.#afterFailure(error, isLast),
      });
      return { is: 'renewed', held, ...this.#tally() };
    } catch (error) {
      return {
        is: 'failed',
        error: error as TokenAttemptError,
        delayMs: this.#delayMs,
        ...this.#tally(),
      };
    }
  }

  #tally() {
    return { attempts: this.#attempts, durationMs: Math.round(elapsedMs(this.#startedAt)) };
  }

  async #attempt(): Promise<Held> {
    this.#attempts += 1;
    try {
      return await this.#plan.attempt(this.#abort.signal);
    } catch (error) {
      throw asAttemptError(error);
    }
  }

  /** Waits for as long as the next attempt must be put off; throws to make none. */
  async #afterFailure(error: TokenAttemptError, isLast: boolean): Promise<void> {
    const { pacer, longestDelayMs, onRetry } = this.#plan;
    this.#delayMs = pacer.noteFailure(error);
    if (isLast || pacer.isFinal || this.#delayMs > longestDelayMs) throw error;
    const waited = this.#wait(this.#delayMs);
    onRetry(error, this.#attempts, this.#delayMs);
    await waited;
  }

  #wait(delayMs: number): Promise<void> {
    const { signal } = this.#abort;
    return new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        delay.cancel();
        reject(signal.reason);
      };
      const onOver = (): void => {
        this.#delay = undefined;
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const delay = this.#plan.pacer.startDelay(delayMs, onOver);
      this.#delay = delay;
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Any other error is a fault of ours; it must not pass as an unhandled rejection, nor show what it holds. */
function asAttemptError(error: unknown): TokenAttemptError {
  if (error instanceof TokenAttemptError) return error;
  const name = error instanceof TypeError || error instanceof RangeError ? error.name : typeof error;
  return new TokenRequestError(`The token request failed inside this package (${name}).`, 'ERR_INTERNAL');
}
