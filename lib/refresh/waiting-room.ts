import { armTimer, elapsedMs, type Instant, now } from '../clock.js';
import type { AbortWatch } from './abort-watch.js';

export interface Patience {
  readonly maxWaitMs: number;
  readonly signal: AbortSignal | undefined;
}

interface Waiter<T> {
  readonly msLeft: (at: Instant) => number;
  readonly serve: (what: T) => void;
  readonly fail: (reason: unknown) => void;
}

/** Callers who wait for the same. Each can leave alone; whoever stays gets what the others get. */
export class WaitingRoom<T> {
  readonly #waiters = new Set<Waiter<T>>();
  readonly #aborts: AbortWatch;

  constructor(aborts: AbortWatch) {
    this.#aborts = aborts;
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** Waits to be served or failed, for the signal, or for `maxWaitMs`, whichever comes first. */
  enter({ maxWaitMs, signal }: Patience, onTimeout: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel();
        if (signal) this.#aborts.delete(signal, abort);
        this.#waiters.delete(waiter);
      };
      const since = now();
      const waiter: Waiter<T> = {
        msLeft: (at) => maxWaitMs - elapsedMs(since, at),
        serve: (what) => {
          leave();
          resolve(what);
        },
        fail: (reason) => {
          leave();
          reject(reason);
        },
      };
      const abort = (): void => waiter.fail(signal?.reason);
      // The one timer that holds the process: whoever awaits a token must not see it end in silence.
      const cancel = armTimer(maxWaitMs, () => waiter.fail(onTimeout()), { keepsAlive: true });
      if (signal) this.#aborts.add(signal, abort);
      this.#waiters.add(waiter);
      // An event's listener may have aborted it since the caller asked.
      if (signal?.aborted) abort();
    });
  }

  serve(what: T): void {
    for (const waiter of this.#waiters) waiter.serve(what);
  }

  fail(reason: unknown): void {
    for (const waiter of this.#waiters) waiter.fail(reason);
  }

  /** Tells those at once who cannot stay for as long as nothing will happen. */
  failWhoCannotStay(delayMs: number, reason: unknown): void {
    const at = now();
    for (const waiter of this.#waiters) if (waiter.msLeft(at) < delayMs) waiter.fail(reason);
  }
}
