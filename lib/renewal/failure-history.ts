import { elapsedMs, type Instant, now } from '../ground/clock.js';
import { type TokenAttemptError, TokenEndpointError } from '../ground/errors.js';
import { isClientRefused, isDoubtfulAddress } from '../oauth/failure-kinds.js';
import type { RetrySettings } from '../options/request-settings.js';
import { delayAfter, type FailedAttempt, type FailureKind, ROLL_OUT_MS } from './retry-delays.js';

/** A permanent failure that is older than this, in ms, is not remembered beyond the end of the token held. */
const SHORT_MEMORY_MS = 5_000;

/** One for all, since nearly all renewals succeed at once. */
const NONE = Object.freeze({});

interface Failure {
  readonly error: TokenAttemptError;
  readonly kind: FailureKind;
  readonly rollOutMs: number | undefined;
}

/** The attempts that have failed since the last success, and the delays that follow from them. */
export class FailureHistory {
  readonly #settings: RetrySettings;
  #counts: Readonly<Partial<Record<FailureKind, number>>> = NONE;
  #last: Failure | undefined;
  /** Since when every answer has made the address doubtful. */
  #doubtfulSince: Instant | undefined;

  constructor(settings: RetrySettings) {
    this.#settings = settings;
  }

  get count(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#last?.error;
  }

  /** Whether the last failure is one that trying again does not mend. */
  get isFinal(): boolean {
    return this.#last?.kind === 'refused' || this.#last?.kind === 'permanent';
  }

  /** Counts a failed attempt; gives the delay before the next one, in ms. */
  add(error: TokenAttemptError, usableMs: number): number {
    const failure = this.#judge(error, usableMs);
    const before = this.#countOf(failure);
    this.#counts = { ...this.#counts, [failure.kind]: before + 1 };
    this.#last = failure;
    return this.#draw(failure, { before, usableMs, retryAfterMs: error.retryAfterMs });
  }

  /** Whether the time of the next attempt is for us to choose: nothing must be mended first, and the server named no time. */
  get mayRetrySooner(): boolean {
    return !this.isFinal && !this.#last?.error.retryAfterMs;
  }

  /** A delay for the last failure, `ageMs` ago, drawn anew for a time without a usable token. */
  delayWithoutToken(ageMs: number): number {
    const retryAfterMs = Math.max(0, (this.#last?.error.retryAfterMs ?? 0) - ageMs);
    if (!this.isFinal || retryAfterMs > 0) return this.#redraw(0, retryAfterMs);
    return ageMs < SHORT_MEMORY_MS ? Math.max(0, this.#redraw(0, 0) - ageMs) : 0;
  }

  /** Another delay of the same kind, where no attempt may follow the last delay. */
  delayAgain(usableMs: number): number {
    return this.#redraw(usableMs, 0);
  }

  clear(): void {
    this.#counts = NONE;
    this.#last = undefined;
    this.#doubtfulSince = undefined;
  }

  #judge(error: TokenAttemptError, usableMs: number): Failure {
    const isDoubtful = error.permanent && isDoubtfulAddress(error);
    this.#doubtfulSince = isDoubtful ? (this.#doubtfulSince ?? now()) : undefined;
    const doubtfulMs = this.#doubtfulSince && elapsedMs(this.#doubtfulSince);
    const rollOutMs = doubtfulMs === undefined ? undefined : ROLL_OUT_MS - doubtfulMs;
    return { error, rollOutMs, kind: kindOf(error, { usableMs, rollOutMs }) };
  }

  #redraw(usableMs: number, retryAfterMs: number): number {
    if (!this.#last) return 0;
    return this.#draw(this.#last, { before: this.#countOf(this.#last) - 1, usableMs, retryAfterMs });
  }

  #draw(
    { kind, rollOutMs }: Failure,
    failed: Pick<FailedAttempt, 'before' | 'usableMs' | 'retryAfterMs'>,
  ): number {
    return delayAfter({ ...failed, kind, rollOutMs }, this.#settings, Math.random);
  }

  #countOf({ kind }: Failure): number {
    return this.#counts[kind] ?? 0;
  }
}

function kindOf(
  error: TokenAttemptError,
  { usableMs, rollOutMs }: { usableMs: number; rollOutMs: number | undefined },
): FailureKind {
  if (!error.permanent) return 'passing';
  // Who holds a token knows that the address is right, though it may have come by way of a store.
  if (rollOutMs !== undefined && usableMs > 0) return 'passing';
  if (rollOutMs !== undefined && rollOutMs > 0) return 'roll-out';
  return error instanceof TokenEndpointError && isClientRefused(error) ? 'refused' : 'permanent';
}
