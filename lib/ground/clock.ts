import { armInRootContext } from './root-context.js';
import { abortReason } from './runtime/abort-signal.js';

/**
 * A moment, read from both clocks. The wall clock can be set back or forward; the steady clock cannot, but stops
 * while the machine sleeps. Neither alone can tell that a token has expired.
 */
export interface Instant {
  /** Milliseconds since the epoch, from `Date`. */
  readonly wall: number;
  /** Milliseconds since an arbitrary moment, from `performance`. */
  readonly steady: number;
}

/** Cancels a timer; harmless when that has already fired. */
export type Cancel = () => void;

export const HOUR_MS = 3_600_000;
export const MONTH_MS = 30 * 24 * HOUR_MS;

/** Node turns a longer delay into one of 1 ms. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The wall clock alone: what the hot path can afford. */
export function wallNow(): number {
  return Date.now();
}

/** The steady clock alone: for short spans that have nothing to do with the time of day. */
export function steadyNow(): number {
  return performance.now();
}

export function now(): Instant {
  return { wall: Date.now(), steady: performance.now() };
}

/** The time that has passed, by the clock that ran further: a token expires by the earlier of both. */
export function elapsedMs(since: Instant, at: Instant = now()): number {
  return Math.max(at.wall - since.wall, at.steady - since.steady);
}

const clearAtLoad = clearTimeout;

/** A timer of a clock that has taken the place of the first one, as in tests: that clock alone can cancel it. */
class ForeignTimer {
  readonly #armed: unknown;
  readonly #clear: typeof clearTimeout;

  constructor(armed: unknown, clear: typeof clearTimeout) {
    this.#armed = armed;
    this.#clear = clear;
  }

  cancel(): void {
    const clear = this.#clear;
    clear(this.#armed as NodeJS.Timeout);
  }
}

/** What happens when a timer fires. */
export interface TimerOwner {
  onTimer(): void;
}

/**
 * Tells its owner once, after a time of the steady clock, however long that is. The process may end before, unless the timer keeps
 * it alive. There may be very many timers: each has an owner, not a closure.
 */
export class Timer {
  readonly #owner: TimerOwner;
  #leftMs = 0;
  /** An object with `unref()` in Node.js; a number in browsers, jsdom and Electron; something else where timers are faked. */
  #armed: unknown;

  constructor(owner: TimerOwner) {
    this.#owner = owner;
  }

  /** Whether the process must not end while the timer is armed. */
  protected get keepsAlive(): boolean {
    return false;
  }

  /** Arms the timer anew. */
  arm(delayMs: number): void {
    this.cancel();
    this.#leftMs = Math.max(0, Math.ceil(delayMs));
    this.#step();
  }

  /** Harmless when the timer has already fired. */
  cancel(): void {
    if (this.#armed instanceof ForeignTimer) this.#armed.cancel();
    else clearAtLoad(this.#armed as NodeJS.Timeout);
  }

  #step(): void {
    const stepMs = Math.min(this.#leftMs, MAX_TIMER_MS);
    this.#leftMs -= stepMs;
    // Not in the context of the caller: a timer may outlive the request that armed it by hours.
    const armed: unknown = armInRootContext(() => setTimeout(Timer.#fire, stepMs, this));
    if (!this.keepsAlive) unref(armed);
    this.#armed = clearTimeout === clearAtLoad ? armed : new ForeignTimer(armed, clearTimeout);
  }

  static #fire(timer: Timer): void {
    if (timer.#leftMs > 0) timer.#step();
    else timer.#owner.onTimer();
  }
}

/** Where timers are numbers (jsdom, Electron's renderer), nothing is to be let go. */
function unref(timer: unknown): void {
  (timer as Partial<NodeJS.Timeout>).unref?.();
}

/** A timer that keeps the process alive. */
export class LastingTimer extends Timer {
  protected override get keepsAlive(): boolean {
    return true;
  }
}

/** Calls back after `delayMs`. The process may end before. */
export function armTimer(delayMs: number, callback: () => void): Cancel {
  const timer = new Timer({ onTimer: callback });
  timer.arm(delayMs);
  return () => timer.cancel();
}

/** Waits; rejects with the signal's reason if that is aborted first. The process may end before. */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(abortReason(signal));
    };
    const cancel = armTimer(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
