import { tooLong } from '../../entry/refusal.js';
import { AbortWatch } from '../../ground/abort-watch.js';
import { type Instant, now } from '../../ground/clock.js';
import { type TokenAttemptError, TokenUnavailableError } from '../../ground/errors.js';
import type { RefreshReason } from '../../ground/events.js';
import type { ClientQuery } from '../../options/token-provider-options.js';
import { type Patience, WaitingRoom } from '../../renewal/waiting-room.js';
import type { HeldToken } from '../../token/held-token.js';
import { FakeFailures } from './fake-failures.js';
import type { FakeTokens } from './fake-token.js';

/** One for all: a signal may be that of very many calls. */
const ABORTS = new AbortWatch();

/** What becomes of renewals: a token, an error, or nothing. */
export type FakeOutcome = FakeTokens | TokenAttemptError | 'hang';

/** Whose token is renewed. */
export interface FakeRenewalOwner {
  onStarted(reason: RefreshReason, at: Instant): void;
  onRenewed(held: HeldToken, reason: RefreshReason): void;
  onFailed(error: TokenAttemptError, reason: RefreshReason, at: Instant): void;
}

/** A renewal under way. It comes to what the script said when it began. */
interface Flight {
  readonly reason: RefreshReason;
  readonly outcome: FakeOutcome;
}

/** The renewals of one token: one at a time, which all who wait share. They end as the script says. */
export class FakeRenewal {
  readonly failures = new FakeFailures();
  readonly #query: ClientQuery;
  readonly #owner: FakeRenewalOwner;
  readonly #waiters = new WaitingRoom<HeldToken>(ABORTS, { parts: 1 });
  #outcome: FakeOutcome;
  #flight: Flight | undefined;
  /** The one whose token is being asked for: the user's function may call back. */
  #landing: Flight | undefined;

  constructor(query: ClientQuery, owner: FakeRenewalOwner, outcome: FakeOutcome) {
    this.#query = query;
    this.#owner = owner;
    this.#outcome = outcome;
  }

  get isFlying(): boolean {
    return this.#flight !== undefined;
  }

  /** Whether callers wait. */
  get isAwaited(): boolean {
    return !this.#waiters.isEmpty;
  }

  /** Why no renewal can start: they fail, and it is not yet time for the next. A passing error becomes the `cause`. */
  refusalAt(at: Instant): Error | undefined {
    const isTime = this.failures.msLeft(at) <= 0;
    return this.#outcome instanceof Error && !isTime ? this.#refusal(at) : undefined;
  }

  /** Ends soon, not in the same turn: as with the real one, nobody sees a token that was asked for just now. */
  start(reason: RefreshReason): void {
    const flight = this.#begin(reason);
    void Promise.resolve().then(() => this.#landInSilence(flight));
  }

  /** Ends at once. Gives the token that it has brought, if any. */
  tryNow(reason: RefreshReason): HeldToken | undefined {
    return this.#land(this.#begin(reason));
  }

  /** Waits for the renewal under way. It ends in a later turn, so any wait but 0 is long enough. */
  wait(patience: Patience): Promise<HeldToken> {
    const onTimeout = () => new TokenUnavailableError(tooLong(patience), undefined, this.failures.lastError);
    return patience.maxWaitMs > 0 ? this.#waiters.enter(patience, onTimeout) : Promise.reject(onTimeout());
  }

  /** Lands the renewal under way now, unless it hangs: earlier callers get the earlier outcome. */
  finish(): void {
    if (this.#flight) this.#landInSilence(this.#flight);
  }

  /** From now on renewals come to this. Unless it is a hang, the first does at once: the one under way, else one for this reason. */
  become(outcome: FakeOutcome, reason: RefreshReason): void {
    this.#outcome = outcome;
    if (outcome !== 'hang') this.#land(this.#flight ? this.#fly(this.#flight.reason) : this.#begin(reason));
  }

  /** Ends all, and brings nothing any more. */
  stop(error: Error): void {
    this.#flight = undefined;
    this.#waiters.fail(error);
  }

  #begin(reason: RefreshReason): Flight {
    this.#owner.onStarted(reason, now());
    return this.#fly(reason);
  }

  #fly(reason: RefreshReason): Flight {
    this.#flight = { reason, outcome: this.#outcome };
    return this.#flight;
  }

  /** What the user's function throws is for those who wait. */
  #landInSilence(flight: Flight): void {
    try {
      this.#land(flight);
    } catch {
      // They have got it.
    }
  }

  #land(flight: Flight): HeldToken | undefined {
    const { outcome, reason } = flight;
    if (this.#flight !== flight || this.#landing === flight || outcome === 'hang') return undefined;
    if (outcome instanceof Error) return this.#fail(outcome, reason);
    this.#landing = flight;
    try {
      const held = outcome.next(this.#query);
      // The function may have closed the provider, or said what else becomes of renewals.
      return this.#flight === flight ? this.#hold(held, reason) : undefined;
    } catch (error) {
      if (this.#flight === flight) this.#flight = undefined;
      this.#waiters.fail(error);
      throw error;
    }
  }

  #hold(held: HeldToken, reason: RefreshReason): HeldToken {
    this.#flight = undefined;
    this.failures.clear();
    // Before anybody is told: a listener may close the provider.
    this.#waiters.serve(held);
    this.#owner.onRenewed(held, reason);
    return held;
  }

  #fail(error: TokenAttemptError, reason: RefreshReason): undefined {
    const at = now();
    this.#flight = undefined;
    this.failures.add(error, at);
    this.#waiters.fail(this.#refusal(at));
    this.#owner.onFailed(error, reason, at);
  }

  #refusal(at: Instant): Error {
    const { lastError } = this.failures;
    if (lastError?.permanent) return lastError;
    const retryAt = Math.ceil(at.wall + this.failures.msLeft(at));
    return new TokenUnavailableError('No token could be had.', retryAt, lastError);
  }
}
