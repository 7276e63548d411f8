import { elapsedMs, type Instant, now } from '../clock.js';
import { type TokenAttemptError, TokenRequestError } from '../errors.js';
import type { RefreshReason } from '../events.js';
import type { Settings } from '../options/read-settings.js';
import { Flight, type FlightOutcome } from './flight.js';
import type { HeldToken } from './held-token.js';
import { Pause } from './pause.js';
import type { RetryBudget } from './retry-budget.js';
import type { RenewalState } from './rule.js';
import { urgedAfterMs } from './schedule.js';
import { Setbacks } from './setbacks.js';

type Stage =
  | { readonly is: 'idle' }
  | { readonly is: 'flying'; readonly flight: Flight }
  | { readonly is: 'cooling'; readonly pause: Pause; readonly error: TokenAttemptError };

const IDLE: Stage = { is: 'idle' };

function abandoned(): TokenRequestError {
  return new TokenRequestError(
    'The flight was ended, since others needed the room (maxClients).',
    'ERR_ABORTED',
  );
}

/** A failed attempt, and the wait that follows it. */
export interface Retry {
  readonly reason: RefreshReason;
  readonly error: TokenAttemptError;
  readonly attempt: number;
  readonly pauseMs: number;
}

/** How a flight ended. */
export type Landing = FlightOutcome & { readonly reason: RefreshReason };

/** What must outlive a renewal that is given up: how often it has failed, and the wait that was not over. */
export interface Aftermath {
  readonly setbacks: Setbacks;
  readonly rest: { readonly at: Instant; readonly leftMs: number } | undefined;
}

export interface RenewalPlan {
  readonly settings: Settings;
  readonly attempt: (signal: AbortSignal, reason: RefreshReason) => Promise<HeldToken>;
  /** How long the token held can still be used, in ms: there is no hurry while it can. */
  readonly usableMs: () => number;
  /** Whether callers wait for it. */
  readonly isUrgent: () => boolean;
  /** Shared with the other targets of the same token endpoint. */
  readonly budget: RetryBudget;
  readonly onRetry: (retry: Retry) => void;
  readonly onLanding: (landing: Landing) => void;
  /** Told when the wait after a failed flight is over. */
  readonly onRested: () => void;
}

/** Fetches the next token: one flight at a time, and a wait after each that failed. */
export class Renewal {
  readonly #plan: RenewalPlan;
  readonly #setbacks: Setbacks;
  #stage: Stage = IDLE;

  /** Goes on where another one ended that left an aftermath. */
  constructor(plan: RenewalPlan, { setbacks, rest }: Partial<Aftermath> = {}) {
    this.#plan = plan;
    this.#setbacks = setbacks ?? new Setbacks(plan.settings);
    const error = this.#setbacks.lastError;
    if (rest && error) {
      const at = now();
      this.#cool(error, Math.max(0, rest.leftMs - elapsedMs(rest.at, at)));
      this.hasten(at);
    }
  }

  /** What must be remembered when this is given up, before it is stopped. A flight that is not awaited has failed by that. */
  abandon(): Aftermath | undefined {
    const at = now();
    const usableMs = this.#plan.usableMs();
    const isLost = this.state === 'flying' && usableMs <= 0;
    const leftMs = isLost ? this.#setbacks.add(abandoned(), usableMs) : this.msToNextAttempt(at);
    if (this.failuresInARow === 0) return undefined;
    return { setbacks: this.#setbacks, rest: leftMs === undefined ? undefined : { at, leftMs } };
  }

  /** Between two attempts of a flight it is cooling as well: nobody can say that a token is being fetched. */
  get state(): RenewalState {
    return this.#stage.is === 'flying' && this.#stage.flight.pause ? 'cooling' : this.#stage.is;
  }

  get failuresInARow(): number {
    return this.#setbacks.inARow;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#setbacks.lastError;
  }

  /** The failure that callers are told meanwhile, where waiting for the next attempt is of no use. */
  get rememberedError(): TokenAttemptError | undefined {
    if (this.#stage.is !== 'cooling' || !this.#stage.error.permanent) return undefined;
    // Beyond its own time, the wait is for want of budget: whoever waits gets more of that.
    return this.#stage.pause.isExtended ? undefined : this.#stage.error;
  }

  /** How long until the next attempt; `undefined` unless it has a time of its own. */
  msToNextAttempt(at: Instant): number | undefined {
    const pause = this.#pause;
    return pause && Math.max(0, pause.msLeft(at));
  }

  /** Takes note of the time: a wait comes to its end, perhaps before its timer knows. */
  look(at: Instant): void {
    this.#pause?.endIfOver(at);
  }

  /** No usable token is left: a wait that was drawn with one in hand must not go on for as long. */
  hasten(at: Instant): void {
    const pause = this.#pause;
    pause?.shortenTo(this.#setbacks.delayWithoutToken(pause.ageMs(at)), at);
  }

  /** A caller has come who has no token: recovery need not wait for a timer that was drawn to be patient. */
  urge(at: Instant): void {
    const pause = this.#pause;
    if (pause?.isExtended) pause.shortenTo(0, at);
    else if (this.#setbacks.isLeftToUs)
      pause?.shortenTo(urgedAfterMs(this.#plan.settings) - pause.ageMs(at), at);
  }

  start(reason: RefreshReason): void {
    this.#rest();
    const { settings, attempt, usableMs, onRetry } = this.#plan;
    const flight = new Flight({
      retries: settings.retries,
      longestPauseMs: settings.maxDelayMs,
      attempt: (signal) => attempt(signal, reason),
      pauseAfter: (error) => this.#setbacks.add(error, usableMs()),
      extendPause: () => this.#extendPause(),
      onRetry: (error, count, pauseMs) => onRetry({ reason, error, attempt: count, pauseMs }),
    });
    this.#stage = { is: 'flying', flight };
    flight.outcome.then((outcome) => {
      // What was stopped must not bring anything back to life.
      if (this.#stage.is === 'flying' && this.#stage.flight === flight) this.#land({ ...outcome, reason });
    });
  }

  /** Ends the flight under way, and resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    const stage = this.#stage;
    this.#rest();
    if (stage.is !== 'flying') return;
    stage.flight.abort();
    await stage.flight.outcome;
  }

  get #pause(): Pause | undefined {
    if (this.#stage.is === 'flying') return this.#stage.flight.pause;
    return this.#stage.is === 'cooling' ? this.#stage.pause : undefined;
  }

  #rest(): void {
    if (this.#stage.is === 'cooling') this.#stage.pause.cancel();
    this.#stage = IDLE;
  }

  #land(landing: Landing): void {
    const { error } = landing;
    if (error) this.#cool(error, landing.pauseMs);
    else {
      this.#rest();
      this.#setbacks.clear();
      // What others have fetched says nothing of how well the token endpoint is.
      if (landing.held.source === 'endpoint') this.#plan.budget.earn();
    }
    this.#plan.onLanding(landing);
  }

  #cool(error: TokenAttemptError, pauseMs: number): void {
    const onOver = (): void => {
      this.#rest();
      this.#plan.onRested();
    };
    this.#stage = { is: 'cooling', pause: new Pause(pauseMs, onOver, () => this.#extendPause()), error };
  }

  /** What the budget does not allow now waits once more, by a new draw: no queue, and no herd at the end of it. */
  #extendPause(): number {
    const { budget, isUrgent, usableMs } = this.#plan;
    return budget.take(isUrgent()) ? 0 : this.#setbacks.delayAgain(usableMs());
  }
}
