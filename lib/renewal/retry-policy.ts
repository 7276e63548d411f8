import pRetry from 'p-retry';
import type { TokenAttemptError } from '../ground/errors.js';

export interface RetryPlan {
  /** How many attempts may follow the first. */
  readonly retries: number;
  /** Ends the attempts with its reason. */
  readonly signal: AbortSignal;
  /**
   * Called after each failed attempt, and awaited: the wait before the next one belongs here, since p-retry knows neither
   * `Retry-After` nor jitter at its cap. Throws to make no further attempt; after the last one nothing is to be waited for.
   */
  readonly onFailure: (error: TokenAttemptError, isLast: boolean) => Promise<void>;
}

/**
 * Runs `attempt` until it succeeds, has failed too often, or `onFailure` throws. Rejects with the last failure.
 * `attempt` rejects with {@link TokenAttemptError} alone.
 */
export function withRetries<T>(
  attempt: () => Promise<T>,
  { retries, signal, onFailure }: RetryPlan,
): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const first = attempt();
  const retry = (): Promise<T> =>
    pRetry((count) => (count === 1 ? first : attempt()), {
      retries,
      signal,
      minTimeout: 0,
      onFailedAttempt: ({ error, retriesLeft }) => {
        signal.throwIfAborted();
        return onFailure(error as TokenAttemptError, retriesLeft === 0);
      },
    });
  // Nearly all first attempts succeed: they need no p-retry.
  return first.catch(retry);
}
