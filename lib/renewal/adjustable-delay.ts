import { armTimer, type Cancel, elapsedMs, type Instant, now } from '../ground/clock.js';

/** A delay with a known end, which can be made shorter, prolonged when it is over, and cancelled. */
export class AdjustableDelay {
  readonly #since = now();
  readonly #onOver: () => void;
  readonly #prolongation: () => number;
  #forMs: number;
  #isProlonged = false;
  #cancel: Cancel;

  /** Each time the delay is over, `prolongation` tells for how many ms it must go on: 0 for not at all. */
  constructor(delayMs: number, onOver: () => void, prolongation: () => number = () => 0) {
    this.#onOver = onOver;
    this.#prolongation = prolongation;
    this.#forMs = delayMs;
    this.#cancel = this.#arm(delayMs);
  }

  /** Whether it goes on beyond the time that was set at first. */
  get isProlonged(): boolean {
    return this.#isProlonged;
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

  /** Ends it if it is over by one of the clocks and the timer is late, as after sleep. */
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
    const moreMs = this.#prolongation();
    if (moreMs > 0) {
      this.#isProlonged = true;
      this.#forMs = this.ageMs(now()) + moreMs;
      this.#cancel = this.#arm(moreMs);
    } else this.#onOver();
  }
}
