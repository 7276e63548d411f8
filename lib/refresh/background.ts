import { armTimer, type Cancel } from '../clock.js';

/** Things that are left to end by themselves. */
export class Background {
  readonly #running = new Set<Promise<unknown>>();

  run(work: Promise<unknown>): void {
    const ended = work
      .catch(() => undefined)
      .finally(() => {
        this.#running.delete(ended);
      });
    this.#running.add(ended);
  }

  /** Waits for all of them, but no longer than `atMostMs`. */
  async ended(atMostMs: number): Promise<void> {
    // Where nothing else is left to do, the process would end in the midst of the wait.
    let cancel: Cancel = () => undefined;
    const enough = new Promise<void>((resolve) => {
      cancel = armTimer(atMostMs, resolve, { keepsAlive: true });
    });
    await Promise.race([Promise.all(this.#running), enough]);
    cancel();
  }
}
