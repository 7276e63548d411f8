import { elapsedMs, type Instant } from '../ground/clock.js';

const MIN_INTERVAL_MS = 5_000;
const MAX_INTERVAL_MS = 60_000;
/** A token rejected this soon after its issue suggests that the API is wrong, rather than the token. */
const TOO_SOON_MS = 30_000;

/** Paces the renewals that rejected tokens force, so that an API that always answers 401 costs little. */
export class Rejections {
  #lastForcedAt: Instant | undefined;
  #tooSoon = 0;

  /** Takes note of a rejection; gives how long the renewal must wait, in ms: 0 for not at all. */
  note(ageMs: number, at: Instant): number {
    if (this.#lastForcedAt === undefined) return 0;
    this.#tooSoon = ageMs < TOO_SOON_MS ? this.#tooSoon + 1 : 0;
    const intervalMs = Math.min(MIN_INTERVAL_MS * 2 ** Math.max(0, this.#tooSoon - 1), MAX_INTERVAL_MS);
    return Math.max(0, intervalMs - elapsedMs(this.#lastForcedAt, at));
  }

  /** A rejection has started a renewal. */
  noteForced(at: Instant): void {
    this.#lastForcedAt = at;
  }
}
