import { elapsedMs, type Instant, now } from '../clock.js';

const MOST = 20;
const PER_SECOND = 10;
/** Below this, attempts that nobody waits for leave the rest to those that somebody does. */
const RESERVE = 5;

/**
 * What attempts after a failed one may cost a token endpoint, over all its targets: a thousand clients must not multiply
 * an outage. Each success earns another, so that recovery spreads fast.
 */
export class RetryBudget {
  #credit = MOST;
  #since: Instant = now();

  /** Whether a further attempt may be made now. */
  take(isUrgent: boolean): boolean {
    const at = now();
    this.#credit = Math.min(MOST, this.#credit + (elapsedMs(this.#since, at) / 1_000) * PER_SECOND);
    this.#since = at;
    if (this.#credit < (isUrgent ? 1 : 1 + RESERVE)) return false;
    this.#credit -= 1;
    return true;
  }

  earn(): void {
    this.#credit = Math.min(MOST, this.#credit + 1);
  }
}
