import { armTimer, type Cancel, elapsedMs, type Instant, now } from '../clock.js';

/** A wait of known end: it can be asked how long it still is, made shorter, and taken back. */
export class Pause {
  readonly #since = now();
  readonly #onOver: () => void;
  readonly #extension: () => number;
  #forMs: number;
  #isExtended = false;
  #cancel: Cancel;

  /** When it is over, `extension` tells for how many ms it must go on all the same: 0 for not at all. */
  constructor(delayMs: number, onOver: () => void, extension: () => number = () => 0) {
    this.#onOver = onOver;
    this.#extension = extension;
    this.#forMs = delayMs;
    this.#cancel = this.#arm(delayMs);
  }

  /** Whether it goes on beyond the time that was set at first. */
  get isExtended(): boolean {
    return this.#isExtended;
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
    this.#cancel = this.#arm(delayMs);
  }

  /** Ends it where it is over by one of the clocks, after sleep for instance, and the timer is late. */
  endIfOver(at: Instant): void {
    if (this.msLeft(at) > 0) return;
    this.#cancel();
    this.#end();
  }

  cancel(): void {
    this.#cancel();
  }

  #arm(delayMs: number): Cancel {
    return armTimer(delayMs, () => this.#end());
  }

  #end(): void {
    const moreMs = this.#extension();
    if (moreMs > 0) {
      this.#isExtended = true;
      this.#forMs = this.ageMs(now()) + moreMs;
      this.#cancel = this.#arm(moreMs);
    } else this.#onOver();
  }
}
