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

  /** How long it has gone on. */
  ageMs(at: Instant): number {
    return elapsedMs(this.#since, at);
  }

  /** 0 or less once it is over, which the timer may not have noticed yet. */
  msLeft(at: Instant): number {
    return this.#forMs - this.ageMs(at);
  }

  /** Ends it within `delayMs` from now, at once for 0 or less, if it would have gone on for longer. */
  shortenTo(delayMs: number, at: Instant): void {
    if (this.msLeft(at) <= delayMs) return;
    this.#cancel();
    this.#forMs = this.ageMs(at) + delayMs;
    this.#cancel = armTimer(delayMs, this.#onOver);
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
