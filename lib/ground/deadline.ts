import { Countdown } from './countdown.js';
import { abortReason, makeAbortController, throwIfAborted } from './runtime/abort-signal.js';

export interface Deadline {
  /** Time in which the event loop was busy, or the process frozen, does not count. */
  readonly timeoutMs: number;
  /** Ends the work early, with the signal's reason. */
  readonly signal: AbortSignal;
  /** Makes the error for work that is not done in time. */
  readonly onTimeout: () => Error;
  /** Whether the process may not end while this is waited for. */
  readonly keepsAlive?: boolean;
}

/** Runs `work` with a signal of its own, and settles by the deadline even when `work` ignores that signal. */
export function withDeadline<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  { timeoutMs, signal, onTimeout, keepsAlive = false }: Deadline,
): Promise<T> {
  throwIfAborted(signal);
  return new Promise<T>((resolve, reject) => {
    const own = makeAbortController();
    const tidy = (): void => {
      countdown.cancel();
      signal.removeEventListener('abort', stop);
    };
    const giveUp = (reason: unknown): void => {
      tidy();
      reject(reason);
      own.abort(reason);
    };
    const stop = (): void => giveUp(abortReason(signal));
    const countdown = new Countdown(timeoutMs, () => giveUp(onTimeout()), { keepsAlive });
    signal.addEventListener('abort', stop, { once: true });
    const settle =
      <Outcome>(how: (outcome: Outcome) => void) =>
      (outcome: Outcome): void => {
        tidy();
        how(outcome);
      };
    // In a promise of its own, since `work` may throw before it returns a promise.
    new Promise<T>((begin) => begin(work(own.signal))).then(settle(resolve), settle(reject));
  });
}
