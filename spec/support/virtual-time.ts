import sinon, { type SinonFakeTimers } from 'sinon';

/** Both clocks and all timers under the test's hand. */
export class VirtualTime {
  // Its own: sinon's default one keeps every clock until it is restored, which adds up in long runs.
  readonly #sandbox = sinon.createSandbox();
  readonly #clock: SinonFakeTimers;
  #stalledMs = 0;

  constructor(startAt = Date.UTC(2026, 0, 1)) {
    this.#clock = this.#sandbox.useFakeTimers({
      now: startAt,
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    });
    const steadyNow = performance.now;
    performance.now = () => steadyNow.call(performance) + this.#stalledMs;
  }

  /** Time goes by: timers fire on the way, and promises settle between them. */
  async pass(ms: number): Promise<void> {
    await this.#clock.tickAsync(ms);
  }

  /** The same, timer by timer, and no further than until `isEnough` holds. */
  async passUntil(isEnough: () => boolean, ms: number): Promise<void> {
    let isOver = false;
    const end = setTimeout(() => {
      isOver = true;
    }, ms);
    while (!isOver && !isEnough()) await this.#clock.nextAsync();
    clearTimeout(end);
  }

  /** Lets promises settle, without any time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await this.#clock.tickAsync(0);
  }

  /** Somebody sets the wall clock. The steady clock and the timers do not notice. */
  stepWallClock(ms: number): void {
    this.#clock.setSystemTime(Date.now() + ms);
  }

  /** The event loop is held up: time goes by on both clocks, and no timer has fired yet. */
  stall(ms: number): void {
    this.#stalledMs += ms;
    this.stepWallClock(ms);
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#clock.countTimers();
  }

  restore(): void {
    this.#sandbox.restore();
  }
}
