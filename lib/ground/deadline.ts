import { armTimer, type Cancel } from './clock.js';

/** A time limit is counted in slices of this share of it, of which a stall can use up one alone. */
const SLICE_SHARE = 1 / 20;
const MIN_SLICE_MS = 100;

/**
 * A timer for a limit that somebody waits for. Time in which the event loop was busy, or the process frozen, counts for one slice at
 * most: it is nobody's fault. What has arrived by then is read before the limit is judged.
 */
export function armLimit(limitMs: number, callback: () => void, options?: { keepsAlive?: boolean }): Cancel {
  const longestMs = Math.max(MIN_SLICE_MS, limitMs * SLICE_SHARE);
  let leftMs = limitMs;
  let cancel: Cancel;
  const next = (): void => {
    const sliceMs = Math.min(leftMs, longestMs);
    leftMs -= sliceMs;
    cancel = armTimer(sliceMs, leftMs > 0 ? next : judge, options);
  };
  const judge = (): void => {
    // After a stall, timers fire before Node.js reads what lies in the sockets.
    const immediate = setImmediate(callback);
    cancel = () => clearImmediate(immediate);
  };
  next();
  return () => cancel();
}

export interface Deadline {
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
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const own = new AbortController();
    const tidy = (): void => {
      cancel();
      signal.removeEventListener('abort', stop);
    };
    const giveUp = (reason: unknown): void => {
      tidy();
      reject(reason);
      own.abort(reason);
    };
    const stop = (): void => giveUp(signal.reason);
    const onOver = (): void => giveUp(onTimeout());
    const cancel = armLimit(timeoutMs, onOver, { keepsAlive });
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
