import { AbortWatch } from '../../ground/abort-watch.js';
import { abortReason } from '../../ground/runtime/abort-signal.js';

/** One for all: a signal may be that of very many calls. */
const ABORTS = new AbortWatch();

interface Waiter<T> {
  readonly serve: (what: T) => void;
  readonly fail: (error: unknown) => void;
}

/** Callers who wait, for as long as the test wants: no timer ends it, but their signals do. */
export class FakeWaiters<T> {
  readonly #waiters = new Set<Waiter<T>>();

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  enter(signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        if (signal) ABORTS.delete(signal, abort);
      };
      const abort = (): void => {
        leave();
        reject(abortReason(signal as AbortSignal));
      };
      const ending =
        <Outcome>(end: (outcome: Outcome) => void) =>
        (outcome: Outcome): void => {
          leave();
          end(outcome);
        };
      const waiter = { serve: ending(resolve), fail: ending(reject) };
      this.#waiters.add(waiter);
      if (signal) ABORTS.add(signal, abort);
      // The listener of an event may have aborted it since the caller asked.
      if (signal?.aborted) abort();
    });
  }

  serve(what: T): void {
    for (const { serve } of this.#waiters) serve(what);
  }

  fail(error: unknown): void {
    for (const { fail } of this.#waiters) fail(error);
  }
}
