import { armTimer, type Cancel } from './clock.js';

const SLICE_MS = 100;

/** A timer that counts only time in which the event loop is free: a stall, however long, uses up one slice alone. */
function armInSlices(delayMs: number, callback: () => void): Cancel {
  let leftMs = delayMs;
  let cancel: Cancel;
  const next = (): void => {
    const sliceMs = Math.min(leftMs, SLICE_MS);
    leftMs -= sliceMs;
    // After a stall, timers fire before Node.js reads what has arrived in the sockets.
    cancel = armTimer(sliceMs, leftMs > 0 ? next : () => void setImmediate(callback));
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
  /** Whether the process may not end while this is waited for. Not with `isLenient`. */
  readonly keepsAlive?: boolean;
  /** Whether time in which the event loop was busy counts for little, and what arrived meanwhile is in time. */
  readonly isLenient?: boolean;
}

/** Runs `work` with a signal of its own, and settles by the deadline even when `work` ignores that signal. */
export function withDeadline<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  { timeoutMs, signal, onTimeout, keepsAlive = false, isLenient = false }: Deadline,
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
    const cancel = isLenient ? armInSlices(timeoutMs, onOver) : armTimer(timeoutMs, onOver, { keepsAlive });
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
