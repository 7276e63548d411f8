import { armTimer, type Cancel } from '../clock.js';

/** One timer for whichever of several moments comes first. */
export class Alarm {
  readonly #ring: () => void;
  #cancel: Cancel | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Replaces what was set before. A moment that is past, or never comes, sets nothing. */
  setFor(delaysMs: readonly (number | undefined)[]): void {
    this.#cancel?.();
    const ahead = delaysMs.filter((delayMs): delayMs is number => delayMs !== undefined && delayMs > 0);
    this.#cancel = ahead.length > 0 ? armTimer(Math.min(...ahead), this.#ring) : undefined;
  }
}
