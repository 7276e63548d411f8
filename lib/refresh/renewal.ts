import { elapsedMs, type Instant, now } from '../clock.js';
import type { TokenAttemptError } from '../errors.js';
import type { RefreshReason } from '../events.js';
import type { Settings } from '../options/read-settings.js';
import { Flight, type FlightOutcome } from './flight.js';
import type { HeldToken } from './held-token.js';
import type { RenewalState } from './rule.js';
import { Setbacks } from './setbacks.js';

type Stage =
  | { readonly is: 'idle' }
  | { readonly is: 'flying'; readonly flight: Flight }
  | {
      readonly is: 'cooling';
      readonly since: Instant;
      readonly forMs: number;
      readonly error: TokenAttemptError;
    };

const IDLE: Stage = { is: 'idle' };

/** A failed attempt, and the wait that follows it. */
export interface Retry {
  readonly reason: RefreshReason;
  readonly error: TokenAttemptError;
  readonly attempt: number;
  readonly pauseMs: number;
}

/** How a flight ended. */
export type Landing = FlightOutcome & { readonly reason: RefreshReason };

export interface RenewalPlan {
  readonly settings: Settings;
  readonly attempt: (signal: AbortSignal) => Promise<HeldToken>;
  /** How long the token held can still be used, in ms: there is no hurry while it can. */
  readonly usableMs: () => number;
  readonly onRetry: (retry: Retry) => void;
  readonly onLanding: (landing: Landing) => void;
}

/** Fetches the next token: one flight at a time, and a wait after each that failed. */
export class Renewal {
  readonly #plan: RenewalPlan;
  readonly #setbacks: Setbacks;
  #stage: Stage = IDLE;

  constructor(plan: RenewalPlan) {
    this.#plan = plan;
    this.#setbacks = new Setbacks(plan.settings);
  }

  get state(): RenewalState {
    return this.#stage.is;
  }

  get failuresInARow(): number {
    return this.#setbacks.inARow;
  }

  get lastError(): TokenAttemptError | undefined {
    return this.#setbacks.lastError;
  }

  /** The failure that callers are told meanwhile, where waiting for the next attempt is of no use. */
  get rememberedError(): TokenAttemptError | undefined {
    return this.#stage.is === 'cooling' && this.#stage.error.permanent ? this.#stage.error : undefined;
  }

  /** How long until the next attempt; `undefined` unless it has a time of its own. */
  msToNextAttempt(at: Instant): number | undefined {
    return this.#stage.is === 'cooling' ? this.#stage.forMs - elapsedMs(this.#stage.since, at) : undefined;
  }

  /** Takes note of the time: cooling down comes to its end. */
  look(at: Instant): void {
    const leftMs = this.msToNextAttempt(at);
    if (leftMs !== undefined && leftMs <= 0) this.#stage = IDLE;
  }

  start(reason: RefreshReason): void {
    const { settings, attempt, usableMs, onRetry } = this.#plan;
    const flight = new Flight({
      retries: settings.retries,
      longestPauseMs: settings.maxDelayMs,
      attempt,
      pauseAfter: (error) => this.#setbacks.add(error, usableMs()),
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
    this.#stage = IDLE;
    if (stage.is !== 'flying') return;
    stage.flight.abort();
    await stage.flight.outcome;
  }

  #land(landing: Landing): void {
    const { error } = landing;
    if (error) this.#stage = { is: 'cooling', since: now(), forMs: landing.pauseMs, error };
    else {
      this.#stage = IDLE;
      this.#setbacks.clear();
    }
    this.#plan.onLanding(landing);
  }
}
