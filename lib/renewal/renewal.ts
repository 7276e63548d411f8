import { elapsedMs, type Instant, now } from '../ground/clock.js';
import { type TokenAttemptError, TokenRequestError } from '../ground/errors.js';
import type { RefreshReason } from '../ground/events.js';
import { armInRootContext } from '../ground/root-context.js';
import type { RetrySettings } from '../options/request-settings.js';
import type { AdjustableDelay } from './adjustable-delay.js';
import { FailureHistory } from './failure-history.js';
import { Flight, type FlightOutcome } from './flight.js';
import type { RetryBudget } from './retry-budget.js';
import { leastCapWithoutToken } from './retry-delays.js';
import { RetryPacer, type Urgency } from './retry-pacer.js';

/** *flying*: it is being fetched. *cooling*: fetching failed, and the next attempt has its time. */
export type RenewalState = 'idle' | 'flying' | 'cooling';

/** What a renewal does, step by step. */
export type RenewalStep<Held> =
  /** An attempt failed; another follows after `delayMs`. */
  | {
      readonly is: 'retrying';
      readonly reason: RefreshReason;
      readonly error: TokenAttemptError;
      readonly attempt: number;
      readonly delayMs: number;
    }
  /** A flight has ended, with success or without. */
  | RenewalOutcome<Held>
  /** The delay after a failed flight has passed. */
  | { readonly is: 'ready' };

export type RenewalOutcome<Held> = FlightOutcome<Held> & { readonly reason: RefreshReason };

/** What can be renewed: a token, or a document that a server publishes. */
export interface Renewable {
  /** Whether the server gave it, or a store that is shared with others. */
  readonly source: 'endpoint' | 'store';
}

/** Whom a renewal works for. */
export interface RenewalOwner<Held> extends Urgency {
  /**
   * Makes one attempt to get something better than what is held.
   * @throws {TokenAttemptError} when there is none to be had
   */
  attempt(signal: AbortSignal, reason: RefreshReason): Promise<Held>;
  /** Told of each step, in the turn in which it happens. */
  onRenewalStep(step: RenewalStep<Held>): void;
}

/** What outlives a renewal that is given up: its failures, and the delay that was not over. */
export interface CarriedFailures {
  readonly failures: FailureHistory;
  readonly delay: { readonly at: Instant; readonly leftMs: number } | undefined;
}

/** What a renewal tells of itself, whatever it renews. */
export type RenewalView = Pick<
  Renewal<Renewable>,
  'state' | 'failuresInARow' | 'lastError' | 'rememberedError' | 'msToNextAttempt'
>;

type Stage<Held> =
  | { readonly is: 'idle' }
  | { readonly is: 'flying'; readonly flight: Flight<Held> }
  | { readonly is: 'cooling'; readonly delay: AdjustableDelay; readonly error: TokenAttemptError };

const IDLE = { is: 'idle' } as const;

/** Fetches the next token, or document: one flight at a time, and a delay after each that failed. */
export class Renewal<Held extends Renewable> {
  readonly #owner: RenewalOwner<Held>;
  readonly #settings: RetrySettings;
  readonly #pacer: RetryPacer;
  #stage: Stage<Held> = IDLE;

  /** The budget is shared with the other targets of the same server. Goes on from `carried`, if another was given up. */
  constructor(
    owner: RenewalOwner<Held>,
    settings: RetrySettings,
    budget: RetryBudget,
    carried?: CarriedFailures,
  ) {
    this.#owner = owner;
    this.#settings = settings;
    this.#pacer = new RetryPacer(carried?.failures ?? new FailureHistory(settings), budget, owner);
    const { lastError } = this;
    if (carried?.delay && lastError) {
      const at = now();
      this.#cool(lastError, Math.max(0, carried.delay.leftMs - elapsedMs(carried.delay.at, at)));
      this.capDelay(at);
    }
  }

  /** Between two attempts of a flight it is cooling as well: nothing is being fetched then. */
  get state(): RenewalState {
    return this.#stage.is === 'flying' && this.#stage.flight.delay ? 'cooling' : this.#stage.is;
  }

  get failuresInARow(): number {
    return this.#pacer.failures.count;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#pacer.failures.lastError;
  }

  /** The failure that callers are told meanwhile, where waiting for the next attempt is of no use. */
  get rememberedError(): TokenAttemptError | undefined {
    if (this.#stage.is !== 'cooling' || !this.#pacer.isFinal) return undefined;
    const { delay, error } = this.#stage;
    // A prolonged delay waits for retry budget alone: a caller who waits gets more of that.
    return delay.isProlonged || delay.msLeft(now()) <= 0 ? undefined : error;
  }

  /** How long until the next attempt, in ms; `undefined` unless that has a time of its own. */
  msToNextAttempt(at: Instant): number | undefined {
    const delay = this.#delay;
    return delay && Math.max(0, delay.msLeft(at));
  }

  /** Takes note of the time: a delay may be over before its timer knows. */
  noteTime(at: Instant): void {
    this.#delay?.endIfOver(at);
  }

  /** No usable token is left: a delay that was drawn with a usable one must not go on for as long. */
  capDelay(at: Instant): void {
    const delay = this.#delay;
    delay?.shortenTo(this.#pacer.failures.delayWithoutToken(delay.ageMs(at)), at);
  }

  /** A caller without a token has come: the next attempt need not wait for a delay that was drawn to be patient. */
  wakeForCaller(at: Instant): void {
    const delay = this.#delay;
    if (delay?.isProlonged) delay.shortenTo(0, at);
    else if (this.#pacer.failures.mayRetrySooner)
      delay?.shortenTo(leastCapWithoutToken(this.#settings) - delay.ageMs(at), at);
  }

  /** Starts a flight, which belongs to no caller. */
  start(reason: RefreshReason): void {
    armInRootContext(() => this.#start(reason));
  }

  #start(reason: RefreshReason): void {
    this.#becomeIdle();
    const { retries, maxDelayMs } = this.#settings;
    const flight = new Flight({
      retries,
      longestDelayMs: maxDelayMs,
      pacer: this.#pacer,
      attempt: (signal) => this.#owner.attempt(signal, reason),
      onRetry: (error, attempt, delayMs) =>
        this.#owner.onRenewalStep({ is: 'retrying', reason, error, attempt, delayMs }),
    });
    this.#stage = { is: 'flying', flight };
    flight.outcome.then((outcome) => {
      // A flight that was stopped must not bring anything back to life.
      if (this.#stage.is === 'flying' && this.#stage.flight === flight) this.#end({ ...outcome, reason });
    });
  }

  /** Ends the flight under way; resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    const stage = this.#stage;
    this.#becomeIdle();
    if (stage.is !== 'flying') return;
    stage.flight.abort();
    await stage.flight.outcome;
  }

  /** Failure state to keep on eviction. Call before `stop()`; a flight with no usable token counts as failed. */
  carryFailures(): CarriedFailures | undefined {
    const at = now();
    const isLost = this.state === 'flying' && this.#owner.usableMs() <= 0;
    const leftMs = isLost ? this.#pacer.noteFailure(evictedInFlight()) : this.msToNextAttempt(at);
    if (this.failuresInARow === 0) return undefined;
    // V8 keeps alive what the functions of a stack hold until the stack is read: here the client and its secret.
    void this.lastError?.stack;
    return { failures: this.#pacer.failures, delay: leftMs === undefined ? undefined : { at, leftMs } };
  }

  get #delay(): AdjustableDelay | undefined {
    if (this.#stage.is === 'flying') return this.#stage.flight.delay;
    return this.#stage.is === 'cooling' ? this.#stage.delay : undefined;
  }

  #becomeIdle(): void {
    if (this.#stage.is === 'cooling') this.#stage.delay.cancel();
    this.#stage = IDLE;
  }

  #end(outcome: RenewalOutcome<Held>): void {
    if (outcome.is === 'failed') this.#cool(outcome.error, outcome.delayMs);
    else {
      this.#becomeIdle();
      this.#pacer.noteSuccess(outcome.held.source);
    }
    this.#owner.onRenewalStep(outcome);
  }

  #cool(error: TokenAttemptError, delayMs: number): void {
    const onOver = (): void => {
      this.#becomeIdle();
      this.#owner.onRenewalStep({ is: 'ready' });
    };
    this.#stage = { is: 'cooling', delay: this.#pacer.startDelay(delayMs, onOver), error };
  }
}

function evictedInFlight(): TokenRequestError {
  return new TokenRequestError(
    'The flight was ended, since others needed the room (maxTargets).',
    'ERR_ABORTED',
  );
}
