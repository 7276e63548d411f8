import type { TokenAttemptError } from '../ground/errors.js';
import { AdjustableDelay } from './adjustable-delay.js';
import type { FailureHistory } from './failure-history.js';
import type { RetryBudget } from './retry-budget.js';

/** What the pace of retries depends on besides the failures themselves. */
export interface Urgency {
  /** How long the token held can still be used, in ms: there is no hurry while it can. */
  usableMs(): number;
  /** Whether callers wait for the next token. */
  readonly isAwaited: boolean;
}

/** Paces the attempts that follow a failed one: how long to wait, and whether the shared budget allows another then. */
export class RetryPacer {
  readonly failures: FailureHistory;
  readonly #budget: RetryBudget;
  readonly #urgency: Urgency;

  constructor(failures: FailureHistory, budget: RetryBudget, urgency: Urgency) {
    this.failures = failures;
    this.#budget = budget;
    this.#urgency = urgency;
  }

  /** Counts a failed attempt; gives the delay before the next one, in ms. */
  noteFailure(error: TokenAttemptError): number {
    return this.failures.add(error, this.#urgency.usableMs());
  }

  /** Whether the last failure is one that trying again does not mend. */
  get isFinal(): boolean {
    return this.failures.isFinal;
  }

  /** Forgets the failures. What another process has fetched says nothing of how well the token endpoint is. */
  noteSuccess(source: 'endpoint' | 'store'): void {
    this.failures.clear();
    if (source === 'endpoint') this.#budget.earn();
  }

  /**
   * A delay before an attempt. Retry budget spent at its end: wait a newly drawn delay, so that deferred retries neither queue up
   * nor fire together.
   */
  startDelay(delayMs: number, onOver: () => void): AdjustableDelay {
    const prolongation = (): number =>
      this.#budget.spend(this.#urgency.isAwaited) ? 0 : this.failures.delayAgain(this.#urgency.usableMs());
    return new AdjustableDelay(delayMs, onOver, prolongation);
  }
}
