import { armTimer, elapsedMs, type Instant, now } from '../clock.js';
import { AbortWatch } from './abort-watch.js';
import type { HeldToken } from './held-token.js';

export interface Patience {
  readonly maxWaitMs: number;
  readonly signal: AbortSignal | undefined;
}

interface Waiter {
  readonly msLeft: (at: Instant) => number;
  readonly serve: (held: HeldToken) => void;
  readonly fail: (reason: unknown) => void;
}

/** Callers who wait for the next token. Each can leave alone; whoever stays gets what the others get. */
export class WaitingRoom {
  readonly #waiters = new Set<Waiter>();
  readonly #aborts = new AbortWatch();

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** Waits for the next token or failure, for the signal, or for `maxWaitMs`, whichever comes first. */
  enter({ maxWaitMs, signal }: Patience, onTimeout: () => Error): Promise<HeldToken> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel();
        if (signal) this.#aborts.delete(signal, abort);
        this.#waiters.delete(waiter);
      };
      const since = now();
      const waiter: Waiter = {
        msLeft: (at) => maxWaitMs - elapsedMs(since, at),
        serve: (held) => {
          leave();
          resolve(held);
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

  serve(held: HeldToken): void {
    for (const waiter of this.#waiters) waiter.serve(held);
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
