import { setImmediate } from 'node:timers';
import { type Cancel, LastingTimer, steadyNow, Timer, type TimerOwner } from './clock.js';
import { keepAlive } from './runtime/keep-alive.js';

/** A countdown is made of so many parts. A stall of the event loop, however long, uses up no more than one of them. */
export const COUNTDOWN_PARTS = 20;
const LEAST_PART_MS = 25;

/**
 * Counts down time in which this process can act: time for which the event loop was busy, or the process frozen, counts against
 * nobody. And what has arrived in the meantime is read before the time is said to be over.
 */
export class Countdown implements TimerOwner {
  readonly #onOver: () => void;
  readonly #timer: Timer;
  readonly #letEnd: Cancel | undefined;
  readonly #fullPartMs: number;
  #leftMs: number;
  #partMs = 0;
  #armedAt = 0;
  /** How many parts that came late may still be counted anew: a loop that is always busy must come to an end as well. */
  #pardons: number;
  #isCancelled = false;

  /**
   * The process may end before, unless somebody waits for whom it must be kept alive. Of a single part all time counts: a fake clock may
   * be moved on by one step.
   */
  constructor(forMs: number, onOver: () => void, { keepsAlive = false, parts = COUNTDOWN_PARTS } = {}) {
    this.#timer = keepsAlive ? new LastingTimer(this) : new Timer(this);
    this.#letEnd = keepsAlive ? keepAlive(forMs) : undefined;
    this.#onOver = onOver;
    this.#leftMs = forMs;
    this.#pardons = parts > 1 ? parts : 0;
    this.#fullPartMs = Math.max(LEAST_PART_MS, Math.ceil(forMs / parts));
    this.#armPart();
  }

  /** How much time is left, in ms. */
  get msLeft(): number {
    const goneMs = Math.min(Math.max(0, steadyNow() - this.#armedAt), this.#partMs);
    return this.#leftMs - goneMs;
  }

  /** Harmless when it is over. */
  cancel(): void {
    this.#isCancelled = true;
    this.#timer.cancel();
    this.#letEnd?.();
  }

  onTimer(): void {
    const lateMs = steadyNow() - this.#armedAt - this.#partMs;
    if (lateMs > this.#partMs && this.#pardons > 0) this.#pardons -= 1;
    else this.#leftMs -= this.#partMs;
    this.#partMs = 0;
    if (this.#leftMs > 0) this.#armPart();
    // After a stall, timers fire before Node.js reads what has arrived in the sockets.
    else setImmediate(() => this.#end());
  }

  #armPart(): void {
    this.#partMs = Math.min(this.#leftMs, this.#fullPartMs);
    this.#armedAt = steadyNow();
    this.#timer.arm(this.#partMs);
  }

  #end(): void {
    if (this.#isCancelled) return;
    this.#letEnd?.();
    this.#onOver();
  }
}
