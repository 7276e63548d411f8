import { elapsedMs, now } from '../clock.js';
import { withRetries } from '../endpoint/retry-policy.js';
import { TokenAttemptError, TokenRequestError } from '../errors.js';
import type { HeldToken } from './held-token.js';
import { Pause } from './pause.js';

export interface FlightPlan {
  readonly retries: number;
  /** A longer wait than this ends the flight: nobody can say when the next attempt comes. */
  readonly longestPauseMs: number;
  /** One attempt to fetch a token better than the one held. */
  readonly attempt: (signal: AbortSignal) => Promise<HeldToken>;
  /** Counts a failed attempt, and gives the wait before the next. */
  readonly pauseAfter: (error: TokenAttemptError) => number;
  /** For how many ms more a wait that is over must go on, all the same. */
  readonly extendPause: () => number;
  /** Told when an attempt failed and another follows. */
  readonly onRetry: (error: TokenAttemptError, attempt: number, pauseMs: number) => void;
}

export type FlightOutcome = (
  | { readonly held: HeldToken; readonly error?: never }
  | { readonly held?: never; readonly error: TokenAttemptError; readonly pauseMs: number }
) & { readonly attempts: number; readonly durationMs: number };

/** One effort, of several attempts, to get the next token. Its outcome never rejects. */
export class Flight {
  readonly outcome: Promise<FlightOutcome>;
  readonly #abort = new AbortController();
  #pause: Pause | undefined;

  constructor(plan: FlightPlan) {
    // Not in the same turn: what an attempt calls may call back, and must find this flight under way.
    this.outcome = Promise.resolve().then(() => this.#fly(plan));
  }

  /** The wait between two attempts, while there is one. */
  get pause(): Pause | undefined {
    return this.#pause;
  }

  abort(): void {
    this.#abort.abort(new TokenRequestError('The flight was ended.', 'ERR_ABORTED'));
  }

  #fly({
    retries,
    longestPauseMs,
    attempt,
    pauseAfter,
    extendPause,
    onRetry,
  }: FlightPlan): Promise<FlightOutcome> {
    const { signal } = this.#abort;
    const startedAt = now();
    let attempts = 0;
    let pauseMs = 0;
    const tally = () => ({ attempts, durationMs: Math.round(elapsedMs(startedAt)) });
    const onFailure = async (error: TokenAttemptError, isLast: boolean): Promise<void> => {
      pauseMs = pauseAfter(error);
      if (isLast) return;
      if (pauseMs > longestPauseMs) throw error;
      const rested = this.#rest(pauseMs, extendPause);
      onRetry(error, attempts, pauseMs);
      await rested;
    };
    const tryOnce = async (): Promise<HeldToken> => {
      attempts += 1;
      return attempt(signal).catch((error: unknown) => {
        throw asAttemptError(error);
      });
    };
    return withRetries(tryOnce, { retries, signal, onFailure }).then(
      (held) => ({ held, ...tally() }),
      (error: TokenAttemptError) => ({ error, pauseMs, ...tally() }),
    );
  }

  #rest(pauseMs: number, extendPause: () => number): Promise<void> {
    const { signal } = this.#abort;
    return new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        pause.cancel();
        reject(signal.reason);
      };
      const onOver = (): void => {
        this.#pause = undefined;
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const pause = new Pause(pauseMs, onOver, extendPause);
      this.#pause = pause;
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Whatever else went wrong is ours; it must not pass as an unhandled rejection, nor show what it holds. */
function asAttemptError(error: unknown): TokenAttemptError {
  if (error instanceof TokenAttemptError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new TokenRequestError(`The token request failed inside this package (${name}).`, 'ERR_INTERNAL');
}
