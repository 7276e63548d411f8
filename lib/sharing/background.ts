import { Countdown } from '../ground/countdown.js';

/** Work that nobody waits for, until the provider closes. */
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

  /** Waits for all of the work, but no longer than `atMostMs`. */
  async ended(atMostMs: number): Promise<void> {
    let countdown: Countdown | undefined;
    const enough = new Promise<void>((resolve) => {
      // Without it the process could end in the midst of the wait, if nothing else is left to do.
      countdown = new Countdown(atMostMs, resolve, { keepsAlive: true });
    });
    await Promise.race([Promise.all(this.#running), enough]);
    countdown?.cancel();
  }
}
