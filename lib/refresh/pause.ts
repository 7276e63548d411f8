import { armTimer, type Cancel, elapsedMs, type Instant, now } from '../clock.js';

/** A wait of known end: it can be asked how long it still is, made shorter, and taken back. */
export class Pause {
  readonly #since = now();
  readonly #onOver: () => void;
  #forMs: number;
  #cancel: Cancel;

  constructor(delayMs: number, onOver: () => void) {
    this.#onOver = onOver;
    this.#forMs = delayMs;
    this.#cancel = armTimer(delayMs, onOver);
  }

  /** 0 or less once it is over, which the timer may not have noticed yet. */
  msLeft(at: Instant): number {
    return this.#forMs - elapsedMs(this.#since, at);
  }

  /** Ends it within `delayMs` from now, if it would have gone on for longer. */
  shortenTo(delayMs: number, at: Instant): void {
    if (this.msLeft(at) <= delayMs) return;
    this.#cancel();
    this.#forMs = elapsedMs(this.#since, at) + delayMs;
    this.#cancel = armTimer(delayMs, this.#onOver);
  }

  /** Ends it once it has gone on for `totalMs`. */
  limitTo(totalMs: number, at: Instant): void {
    this.shortenTo(Math.max(0, totalMs - elapsedMs(this.#since, at)), at);
  }

  /** Ends it where it is over by one of the clocks, after sleep for instance, and the timer is late. */
  endIfOver(at: Instant): void {
    if (this.msLeft(at) > 0) return;
    this.#cancel();
    this.#onOver();
  }

  cancel(): void {
    this.#cancel();
  }
}
