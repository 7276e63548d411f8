/**
 * A moment, read from both clocks. The wall clock can be set back or forward; the steady clock cannot, but stops
 * while the machine sleeps. Neither alone can tell that a token has expired.
 */
export interface Instant {
  /** Milliseconds since the epoch, from `Date`. */
  readonly wall: number;
  /** Milliseconds since some fixed moment, from `performance`. */
  readonly steady: number;
}

/** Takes back what was armed; harmless when it has already happened. */
export type Cancel = () => void;

export const HOUR_MS = 3_600_000;
export const MONTH_MS = 30 * 24 * HOUR_MS;

/** Node turns a longer delay into one of 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The wall clock alone: what the hot path can afford. */
export function wallNow(): number {
  return Date.now();
}

export function now(): Instant {
  return { wall: Date.now(), steady: performance.now() };
}

/** The time that has passed by whichever clock ran further: what expires, expires by the earlier of both. */
export function elapsedMs(since: Instant, at: Instant = now()): number {
  return Math.max(at.wall - since.wall, at.steady - since.steady);
}

/**
 * Calls back once, after `delayMs` of the steady clock, however long that is.
 * The process may end before, unless the timer `keepsAlive`.
 */
export function armTimer(delayMs: number, callback: () => void, { keepsAlive = false } = {}): Cancel {
  let timer: ReturnType<typeof setTimeout>;
  const arm = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, MAX_TIMER_MS);
    timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : callback()), stepMs);
    if (!keepsAlive) timer.unref();
  };
  arm(Math.max(0, Math.ceil(delayMs)));
  return () => clearTimeout(timer);
}

export interface Deadline {
  readonly timeoutMs: number;
  /** Ends the work early, with the signal's reason. */
  readonly signal: AbortSignal;
  /** Makes the error for work that is not done in time. */
  readonly onTimeout: () => Error;
}

/**
 * Runs `work` with a signal of its own and settles by the deadline, also when `work` pays no heed to that signal.
 */
export function withDeadline<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  { timeoutMs, signal, onTimeout }: Deadline,
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
    const cancel = armTimer(timeoutMs, () => giveUp(onTimeout()));
    signal.addEventListener('abort', stop, { once: true });
    // In a promise of its own, since a function of the caller's may throw before it returns one.
    new Promise<T>((settle) => settle(work(own.signal))).finally(tidy).then(resolve, reject);
  });
}
