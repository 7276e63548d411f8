import { type Instant, now, type TimerOwner } from '../ground/clock.js';
import type { TokenAttemptError } from '../ground/errors.js';
import type { RefreshReason } from '../ground/events.js';
import type { Target } from '../oauth/target.js';
import type { TokenEndpoint } from '../oauth/token-endpoint.js';
import { type AttemptParts, fetchBetterToken, queueSlotOf } from '../renewal/attempt.js';
import { DueTimer } from '../renewal/due-timer.js';
import {
  type CarriedFailures,
  Renewal,
  type RenewalOutcome,
  type RenewalOwner,
  type RenewalState,
  type RenewalStep,
} from '../renewal/renewal.js';
import type { RetryBudget } from '../renewal/retry-budget.js';
import { Sharing, type SharingParts } from '../sharing/sharing.js';
import { type HeldToken, type HotAnswer, SHUT } from '../token/held-token.js';
import { TokenSlot } from '../token/token-slot.js';

/** What the renewers of a provider share. */
export interface RenewerParts extends AttemptParts {
  readonly endpoint: Pick<TokenEndpoint, 'requestToken' | 'noteGiver'>;
  /** The retry budget of the server with this address. */
  readonly budgetFor: (address: string) => RetryBudget;
  /** Where there is a store. */
  readonly sharing: SharingParts | undefined;
}

/** What happens to the token of an entry, step by step. */
export type RenewerStep =
  | { readonly is: 'started'; readonly reason: RefreshReason; readonly at: Instant }
  | { readonly is: 'expired'; readonly held: HeldToken; readonly lastError: TokenAttemptError | undefined }
  | Extract<RenewalStep<HeldToken>, { is: 'retrying' | 'failed' }>
  | (Extract<RenewalStep<HeldToken>, { is: 'renewed' }> & { readonly replaced: HeldToken | undefined })
  /** The server gave the token that is held once more: neither success nor failure. */
  | { readonly is: 'kept'; readonly held: HeldToken };

/** Who wants the token that a renewer renews, and hears what happens to it. */
export interface Demand {
  /** Whether callers wait for the next token. */
  readonly isAwaited: boolean;
  /** How long the next token must stay usable for the callers who wait, in ms. */
  readonly neededMs: number;
  /**
   * What the hot path answers, as the renewer says. The due timer, which follows the steady clock, ends that as well. It lies with the
   * callers: with very many tokens, each step to another object takes a look at memory that is far away.
   */
  hot: HotAnswer;
  /** Whether to renew the token although nobody waits. */
  isWanted(at: Instant): boolean;
  /** Told of each step, in the turn in which it happens. */
  onRenewerStep(step: RenewerStep): void;
}

/** A stored answer with the token held, and less than this younger, in ms, is the answer that is known. */
const SAME_ANSWER_MS = 1_000;

/**
 * Holds one token and has it renewed in time. There may be very many renewers, of which few have anything to do, so the parts of a
 * renewer are made when they are needed.
 */
export class Renewer implements RenewalOwner<HeldToken>, TimerOwner {
  readonly target: Target;
  readonly slot = new TokenSlot();
  readonly #parts: RenewerParts;
  readonly #demand: Demand;
  #renewal: Renewal<HeldToken> | undefined;
  #sharing: Sharing | undefined;
  /** The last token that was rejected: a store may hold it still, and a clock that was set may let it seem new. */
  #rejected: string | undefined;
  readonly #dueTimer = new DueTimer(this);

  constructor(target: Target, parts: RenewerParts, demand: Demand, carried?: CarriedFailures) {
    this.target = target;
    this.#parts = parts;
    this.#demand = demand;
    if (carried) this.#renewal = this.#makeRenewal(carried);
  }

  /** The renewal under way, or the one that waits for its next attempt. */
  get renewal(): Renewal<HeldToken> | undefined {
    return this.#renewal;
  }

  get state(): RenewalState {
    return this.#renewal?.state ?? 'idle';
  }

  /** Reads the clocks, and takes note of what has come to its end in the meantime. */
  noteTime(): Instant {
    const at = now();
    this.#renewal?.noteTime(at);
    if (this.slot.expire(at)) {
      this.#renewal?.capDelay(at);
      this.align(at);
      // Where there is no other token before the end, it is an alarm only once there is none at the end either.
      if (!this.slot.last?.isServedToItsEnd || this.#renewal?.lastError) this.#tellExpiry();
    }
    return at;
  }

  /** Starts a flight. Every flight starts here. */
  startRenewal(at: Instant, reason = this.slot.reasonAt(at)): void {
    this.#demand.onRenewerStep({ is: 'started', reason, at });
    this.#renewal ??= this.#makeRenewal();
    this.#renewal.start(reason);
    this.align(at);
  }

  /** A caller has come to wait: a request that waits for its turn goes ahead of those that nobody waits for. */
  expedite(): void {
    this.#parts.queue.expedite(queueSlotOf(this.target, this.slot));
  }

  /** Brings the hot path and the due timer into line with the slot. */
  align(at: Instant): void {
    const held = this.slot.usableAt(at);
    this.#demand.hot = held && held.freshMs(at) > 0 ? held : SHUT;
    this.#dueTimer.setFor(held?.freshMs(at), held?.usableMs(at));
  }

  /** Drops the token, and ends the flight under way; resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.slot.clear();
    this.align(now());
    await this.#renewal?.stop();
  }

  get isAwaited(): boolean {
    return this.#demand.isAwaited;
  }

  usableMs(): number {
    return this.slot.usableMs(now());
  }

  /** By way of the store, where there is one. */
  attempt(signal: AbortSignal, reason: RefreshReason): Promise<HeldToken> {
    const turn = { signal, isUrgent: () => this.isAwaited };
    const fetch = () => fetchBetterToken(this.target, this.#parts, this.slot, turn);
    const { sharing } = this.#parts;
    if (!sharing) return fetch();
    this.#sharing ??= new Sharing(sharing, this.target);
    const shared = this.#sharing.attempt({
      reason,
      signal,
      fetch,
      isWelcome: (stored, at) => this.#isWelcome(stored, at),
      spareMs: () => (this.isAwaited ? 0 : this.usableMs()),
    });
    return shared.then((held) => {
      if (held.source === 'store') this.#parts.endpoint.noteGiver(this.target.server);
      return held;
    });
  }

  onRenewalStep(step: RenewalStep<HeldToken>): void {
    if (step.is === 'ready') this.onTimer();
    else if (step.is === 'renewed') this.#hold(step);
    else {
      if (step.is === 'failed') this.align(now());
      this.#demand.onRenewerStep(step);
      this.#tellExpiry();
    }
  }

  /** The token is due, or can no longer be used: starts a renewal if somebody wants the token. */
  onTimer(): void {
    const at = this.noteTime();
    const isDue = this.#parts.settings.background && this.slot.stateAt(at) !== 'fresh';
    const isWanted = this.isAwaited || (isDue && this.#demand.isWanted(at));
    if (this.state === 'idle' && isWanted) this.startRenewal(at);
    else {
      this.align(at);
      if (this.state === 'idle' && isDue) this.#tellExpiry();
    }
  }

  #hold(step: Extract<RenewalOutcome<HeldToken>, { is: 'renewed' }>): void {
    const at = now();
    const { last: replaced } = this.slot;
    if (this.#sharing && this.slot.isRejected && replaced?.value !== step.held.value)
      this.#rejected = replaced?.value;
    const isNews = this.slot.take(step.held, at);
    this.#renewal = undefined;
    this.align(at);
    const { last: held = step.held } = this.slot;
    this.#demand.onRenewerStep(isNews ? { ...step, held, replaced } : { is: 'kept', held });
    // After a slow answer it may be due already.
    this.onTimer();
  }

  /** Once for each token that has ended. */
  #tellExpiry(): void {
    const held = this.slot.takeExpiry();
    if (held) this.#demand.onRenewerStep({ is: 'expired', held, lastError: this.#renewal?.lastError });
  }

  #makeRenewal(carried?: CarriedFailures): Renewal<HeldToken> {
    const budget = this.#parts.budgetFor(this.target.server.address);
    return new Renewal(this, this.#parts.settings, budget, carried);
  }

  /**
   * Whether a stored token is of use. A token that is due already helps only callers without a token, since it needs a renewal itself.
   * A token older than the last one held may have been rejected.
   */
  #isWelcome(held: HeldToken, at: Instant): boolean {
    const { last } = this.slot;
    const youngerMs = last ? last.ageMs(at) - held.ageMs(at) : Number.POSITIVE_INFINITY;
    const isNewer = youngerMs > (held.value === last?.value ? SAME_ANSWER_MS : 0);
    const isForUs = held.freshMs(at) > 0 || this.slot.usableMs(at) <= 0;
    const isLongEnough = held.usableMs(at) >= this.#demand.neededMs;
    const isRejected = held.value === this.#rejected;
    return isNewer && isForUs && isLongEnough && !isRejected && this.slot.faultOf(held, at) === undefined;
  }
}
