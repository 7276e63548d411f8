import { syncBuiltinESMExports } from 'node:module';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';

/** Real turns of the event loop before time moves on, after whatever may have set work going. */
export const USUAL_TURNS = 16;

const DAY_MS = 86_400_000;
const FIRST_MIDNIGHT = Date.UTC(2026, 0, 5);
const realImmediate = globalThis.setImmediate;

/**
 * Clocks and timers that stand still unless `run()` moves them on, from one timer to the next. Between two of them the
 * real event loop turns until all that the first has set going is done: no virtual time passes while code works.
 */
export class VirtualTime {
  readonly #clock: Clock;
  readonly #turns: number;
  #midnight = FIRST_MIDNIGHT;
  #setBackMs = 0;
  #isBusy = true;
  /** Told of an error that a timer's callback threw: it would have ended the process. */
  onCrash: (error: unknown) => void = () => undefined;
  /** Asked after so many turns, where time could move on: whether something goes on that takes no virtual time. */
  isUnderWay: (turns: number) => boolean = () => false;

  /** Replaces the clocks and timers of this process: to be done before the subject is imported. */
  constructor(turns = USUAL_TURNS) {
    this.#turns = turns;
    this.#clock = FakeTimers.install({
      now: FIRST_MIDNIGHT,
      toFake: ['Date', 'performance', 'hrtime', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    AbortSignal.timeout = abortAfter;
    // For those who import the timers from node:timers and node:timers/promises.
    syncBuiltinESMExports();
  }

  /** Forgets every timer, and goes on to the next midnight. */
  startDay(): void {
    this.#midnight += DAY_MS;
    this.#setBackMs = 0;
    this.#clock.reset();
    this.#clock.setSystemTime(this.#midnight);
  }

  /** The true time: ms since the day began, whatever the wall clock says. */
  now(): number {
    return this.#clock.now + this.#setBackMs - this.#midnight;
  }

  /** The true time, as ms since the epoch. */
  epochNow(): number {
    return this.#midnight + this.now();
  }

  setWallClockBack(byMs: number): void {
    this.#setBackMs += byMs;
    this.#clock.setSystemTime(this.#clock.now - byMs);
  }

  /** Calls back at this true time. */
  at(trueMs: number, callback: () => void): void {
    setTimeout(callback, trueMs - this.now());
  }

  /** As `at()`, for what is likely to set no work going; whoever finds that it has calls `stir()`. */
  quietlyAt(trueMs: number, callback: () => void): void {
    this.at(trueMs, () => {
      this.#isBusy = false;
      callback();
    });
  }

  /** Asks for the full number of turns before time moves on. */
  stir(): void {
    this.#isBusy = true;
  }

  /** Lets time pass until this true time. */
  async runUntil(trueMs: number): Promise<void> {
    let isOver = false;
    this.at(trueMs, () => {
      isOver = true;
    });
    while (!isOver) {
      this.#isBusy = true;
      try {
        this.#clock.next();
      } catch (error) {
        this.onCrash(error);
      }
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    // It comes after all promises that can settle by themselves, and is much cheaper than a turn.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    for (let turns = 0; this.#mustTurn(turns); turns += 1) {
      await new Promise<void>((resolve) => realImmediate(resolve));
    }
  }

  #mustTurn(turns: number): boolean {
    return (this.#isBusy && turns < this.#turns) || this.isUnderWay(turns);
  }
}

function abortAfter(delayMs: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), delayMs);
  return controller.signal;
}
