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

let fire: <Subject>(timer: Timer<Subject>) => void;

/** The wall clock alone: what the hot path can afford. */
export function wallNow(): number {
  return Date.now();
}

/** The steady clock alone: for what is short, and has nothing to do with the time of day. */
export function steadyNow(): number {
  return performance.now();
}

export function now(): Instant {
  return { wall: Date.now(), steady: performance.now() };
}

/** The time that has passed by whichever clock ran further: what expires, expires by the earlier of both. */
export function elapsedMs(since: Instant, at: Instant = now()): number {
  return Math.max(at.wall - since.wall, at.steady - since.steady);
}

/**
 * Calls back once, after a time of the steady clock, however long that is. The process may end before, unless the timer
 * keeps it alive.
 */
export class Timer<Subject = undefined> {
  readonly #callback: (subject: Subject) => void;
  readonly #subject: Subject;
  readonly #keepsAlive: boolean;
  #leftMs = 0;
  #armed: ReturnType<typeof setTimeout> | undefined;

  /** One callback can serve many timers, each with a subject of its own. */
  constructor(callback: (subject: Subject) => void, subject: Subject, { keepsAlive = false } = {}) {
    this.#callback = callback;
    this.#subject = subject;
    this.#keepsAlive = keepsAlive;
  }

  /** Replaces what was armed before. */
  arm(delayMs: number): void {
    this.cancel();
    this.#leftMs = Math.max(0, Math.ceil(delayMs));
    this.#step();
  }

  /** Takes back what was armed; harmless when it has already happened. */
  cancel(): void {
    clearTimeout(this.#armed);
  }

  #step(): void {
    const stepMs = Math.min(this.#leftMs, MAX_TIMER_MS);
    this.#leftMs -= stepMs;
    this.#armed = setTimeout(fire, stepMs, this);
    if (!this.#keepsAlive) this.#armed.unref();
  }

  /** One for all: a closure for each would be many. */
  static {
    fire = (timer) => (timer.#leftMs > 0 ? timer.#step() : timer.#callback(timer.#subject));
  }
}

/** A timer that is armed at once. */
export function armTimer(delayMs: number, callback: () => void, options?: { keepsAlive?: boolean }): Cancel {
  const timer = new Timer(callback, undefined, options);
  timer.arm(delayMs);
  return () => timer.cancel();
}

/** Waits, unless the signal comes first: then it rejects with that one's reason. The process may end before. */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = armTimer(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** A timer for which the event loop must have been free: a stall, however long, takes one slice of it alone. */
function armInSlices(delayMs: number, callback: () => void): Cancel {
  let leftMs = delayMs;
  let cancel: Cancel;
  const next = (): void => {
    const sliceMs = Math.min(leftMs, SLICE_MS);
    leftMs -= sliceMs;
    // After a stall, timers come before what lies in the sockets.
    cancel = armTimer(sliceMs, leftMs > 0 ? next : () => void setImmediate(callback));
  };
  next();
  return () => cancel();
}

const SLICE_MS = 100;

export interface Deadline {
  readonly timeoutMs: number;
  /** Ends the work early, with the signal's reason. */
  readonly signal: AbortSignal;
  /** Makes the error for work that is not done in time. */
  readonly onTimeout: () => Error;
  /** Whether the process may not end while this is waited for. Not with `isLenient`. */
  readonly keepsAlive?: boolean;
  /** Whether time in which the event loop was busy counts for little, and what came meanwhile is in time. */
  readonly isLenient?: boolean;
}

/**
 * Runs `work` with a signal of its own and settles by the deadline, also when `work` pays no heed to that signal.
 */
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
    // In a promise of its own, since a function of the caller's may throw before it returns one.
    new Promise<T>((begin) => begin(work(own.signal))).then(settle(resolve), settle(reject));
  });
}
