import type { AbortWatch } from '../ground/abort-watch.js';
import { COUNTDOWN_PARTS, Countdown } from '../ground/countdown.js';
import { abortReason } from '../ground/runtime/abort-signal.js';

/** How long a caller waits. */
export interface Patience {
  readonly maxWaitMs: number;
  /** Ends the wait early, with the signal's reason. */
  readonly signal: AbortSignal | undefined;
  /** How long what the caller waits for must stay usable, in ms. Default 0. */
  readonly minValidityMs?: number;
  /** Whether the process may not end meanwhile. Default true. */
  readonly keepsAlive?: boolean;
}

interface Waiter<T> {
  readonly neededMs: number;
  readonly countdown: Countdown;
  readonly serve: (what: T) => void;
  readonly fail: (reason: unknown) => void;
}

/** Callers who wait for the same thing. Each of them can leave alone; those who stay share its outcome. */
export class WaitingRoom<T> {
  readonly #waiters = new Set<Waiter<T>>();
  readonly #aborts: AbortWatch;
  readonly #parts: number;

  /** A wait is counted down in so many `parts`. */
  constructor(aborts: AbortWatch, { parts = COUNTDOWN_PARTS } = {}) {
    this.#aborts = aborts;
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** How long the thing must stay usable for all who wait, in ms. */
  get neededMs(): number {
    let mostMs = 0;
    for (const { neededMs } of this.#waiters) mostMs = Math.max(mostMs, neededMs);
    return mostMs;
  }

  /** Waits to be served or failed, for the signal, or for `maxWaitMs`, whichever comes first. */
  enter(
    { maxWaitMs, signal, minValidityMs = 0, keepsAlive = true }: Patience,
    onTimeout: () => Error,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        countdown.cancel();
        if (signal) this.#aborts.delete(signal, abort);
        this.#waiters.delete(waiter);
      };
      // A caller who awaits a token must not see the process end in silence.
      const countdown = new Countdown(maxWaitMs, () => waiter.fail(onTimeout()), {
        keepsAlive,
        parts: this.#parts,
      });
      const waiter: Waiter<T> = {
        neededMs: minValidityMs,
        countdown,
        serve: (what) => {
          leave();
          resolve(what);
        },
        fail: (reason) => {
          leave();
          reject(reason);
        },
      };
      const abort = (): void => waiter.fail(signal && abortReason(signal));
      if (signal) this.#aborts.add(signal, abort);
      this.#waiters.add(waiter);
      // The listener of an event may have aborted it since the caller asked.
      if (signal?.aborted) abort();
    });
  }

  serve(what: T): void {
    for (const waiter of this.#waiters) waiter.serve(what);
  }

  fail(reason: unknown): void {
    for (const waiter of this.#waiters) waiter.fail(reason);
  }

  /** Fails the callers who cannot stay until the next attempt, `delayMs` from now. */
  failWhoCannotStay(delayMs: number, reason: unknown): void {
    for (const waiter of this.#waiters) if (waiter.countdown.msLeft < delayMs) waiter.fail(reason);
  }
}
