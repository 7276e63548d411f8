import { elapsedMs, type Instant, now } from '../ground/clock.js';

const MOST = 20;
const PER_SECOND = 10;
/** The last attempts in the budget are for renewals that callers wait for. */
const RESERVE = 5;

/**
 * How many attempts after failed ones a server is asked to bear, over all its targets, so that a thousand clients do not multiply
 * an outage. Each success earns another attempt, so that recovery spreads fast.
 */
export class RetryBudget {
  #credit = MOST;
  #since: Instant = now();

  /** Whether a further attempt may be made now; if so, it is paid for. */
  spend(isUrgent: boolean): boolean {
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
