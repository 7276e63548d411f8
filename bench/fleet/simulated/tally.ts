import type { VirtualTime } from '../../day/virtual-time.js';

/** Until then a fleet is starting. */
export const START_S = 60;

/** How often something happened in each second. */
export class Tally {
  readonly #time: VirtualTime;
  readonly #perSecond: number[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  count(): void {
    const second = Math.floor(this.#time.now() / 1_000);
    this.#perSecond[second] = (this.#perSecond[second] ?? 0) + 1;
  }

  /** From one second on, to another. */
  sum(fromS = 0, toS?: number): number {
    return this.#counts(fromS, toS).reduce((sum, count) => sum + count, 0);
  }

  /** Of the busiest second among these. */
  most(fromS = 0, toS?: number): number {
    return Math.max(0, ...this.#counts(fromS, toS));
  }

  /** Seconds in which nothing happened are left out. */
  #counts(fromS: number, toS: number | undefined): number[] {
    return this.#perSecond.slice(fromS, toS).filter((count) => count > 0);
  }
}
