import { type Instant, now, wallNow } from '../ground/clock.js';
import { ProviderClosedError, type TokenProviderError } from '../ground/errors.js';
import type { RefreshReason } from '../ground/events.js';
import { abortReason } from '../ground/runtime/abort-signal.js';
import { summarize, type Target } from '../oauth/target.js';
import type { CallOptions } from '../options/call-options.js';
import type { CarriedFailures } from '../renewal/renewal.js';
import { WaitingRoom } from '../renewal/waiting-room.js';
import type { AccessToken } from '../token/access-token.js';
import { type HeldToken, type HotAnswer, SHUT } from '../token/held-token.js';
import type { TokenState } from '../token/token-slot.js';
import { EntryEvents } from './entry-events.js';
import { describeHealth, type EntryHealth } from './entry-health.js';
import type { EntryParts } from './entry-parts.js';
import { describeEntry, type EntryStatus } from './entry-status.js';
import { objectionTo, TOO_FAR, tooLong, unavailable } from './refusal.js';
import { Rejections } from './rejections.js';
import { type Demand, Renewer, type RenewerStep } from './renewer.js';
import { decide } from './rule.js';
import { handOut, noteUnmet, refuseUnmet, type UnmetValidity } from './unmet-validity.js';

/** What is held for one target, for its callers: they are served, wait, or are refused. */
export class Entry implements Demand {
  readonly #parts: EntryParts;
  readonly #renewer: Renewer;
  isClosed = false;
  #waiting: WaitingRoom<HeldToken> | undefined;
  #rejections: Rejections | undefined;
  #unmet: UnmetValidity;
  /** An entry is made for a caller who asks. */
  #askedAt = wallNow();
  hot: HotAnswer = SHUT;
  /** The value of `askedAt` when the cache last ranked this entry. */
  rankedAt = this.#askedAt;

  /** Goes on from `carried`, if an earlier entry of the target was evicted. */
  constructor(target: Target, parts: EntryParts, carried?: CarriedFailures) {
    this.#parts = parts;
    this.#renewer = new Renewer(target, parts, this, carried);
  }

  /** When a caller last asked, by the wall clock. */
  get askedAt(): number {
    return this.#askedAt;
  }

  get isAwaited(): boolean {
    return this.#waiting?.isEmpty === false;
  }

  get neededMs(): number {
    return this.#waiting?.neededMs ?? 0;
  }

  get target(): Target {
    return this.#renewer.target;
  }

  /** The hot path: one look at the clock, one settled promise. `undefined` unless the token is surely fresh. */
  hotToken(): Promise<string> | undefined {
    const wall = wallNow();
    const { hotUntil, dueAfterMs, served } = this.hot;
    const leftMs = hotUntil - wall;
    // More than there was at first: the clock was set back.
    if (!(leftMs > 0 && leftMs <= dueAfterMs)) return undefined;
    this.#askedAt = wall;
    return served;
  }

  getToken(call: CallOptions): Promise<string> {
    if (call.signal?.aborted) return Promise.reject(abortReason(call.signal));
    const at = this.#noteCall();
    const { slot, state } = this.#renewer;
    const { minValidityMs } = call;
    const held = slot.usableAt(at);
    if (held && held.usableMs(at) >= minValidityMs) {
      if (decide(slot.stateAt(at), state) === 'serve and renew') this.#renewer.startRenewal(at);
      return held.served;
    }
    const refusal = held && refuseUnmet(this.#unmet, held, minValidityMs, at);
    if (refusal) return Promise.reject(refusal);
    if (!held) this.#renewer.renewal?.wakeForCaller(at);
    const next = this.#waitForNext(held ? 'expired' : 'absent', call, at, held && 'min-validity');
    return next.then((token) => {
      this.#unmet = noteUnmet(this.#unmet, token, minValidityMs);
      return handOut(token, minValidityMs);
    });
  }

  peek(): AccessToken | undefined {
    return this.#renewer.slot.usableAt(now())?.access;
  }

  async refresh(call: CallOptions): Promise<AccessToken> {
    const held = await this.#waitForNext('absent', call, this.#noteCall(), 'requested');
    return held.access;
  }

  /** An API has rejected this token. */
  invalidate(token: string): void {
    const at = this.#renewer.noteTime();
    const { slot, renewal } = this.#renewer;
    const held = slot.usableAt(at);
    if (held?.value !== token || slot.isSuspect) return;
    renewal?.capDelay(at);
    this.#rejections ??= new Rejections();
    const pacedMs = this.#rejections.note(held.ageMs(at), at);
    const waitMs = Math.max(pacedMs, renewal?.msToNextAttempt(at) ?? 0);
    // If no renewal can start now, callers keep the rejected token: one rejection must not leave them without any.
    if (waitMs > 0) slot.suspect(held, waitMs, at);
    else slot.reject(held);
    if (waitMs === 0 && this.#renewer.state === 'idle') this.#renewer.startRenewal(at);
    else this.#renewer.align(at);
    this.#tell.rejected(held, at.wall + waitMs);
  }

  status(): EntryStatus {
    return describeEntry(summarize(this.target), this.#parts.settings, this.#renewer);
  }

  health(): EntryHealth {
    const isWanted = this.isAwaited || this.isWanted(now());
    return describeHealth(this.status(), { isSuspect: this.#renewer.slot.isSuspect, isWanted });
  }

  /** Closes the entry, since others need its room. Gives the failure state to keep for its successor. */
  evict(): CarriedFailures | undefined {
    const { last } = this.#renewer.slot;
    const carried = this.#renewer.renewal?.carryFailures();
    void this.close();
    // Not in the same turn: what is going on must be finished before a listener may ask for more.
    void Promise.resolve().then(() => this.#tell.evicted(last));
    return carried;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#parts.tokens.replace(this, this.#renewer.slot.last?.value, undefined);
    this.#waiting?.fail(new ProviderClosedError());
    await this.#renewer.stop();
  }

  isWanted(at: Instant): boolean {
    const { keepWarm, defaultLifetimeMs } = this.#parts.settings;
    // After the clock was set back, the last call would seem to be one of the future.
    this.#askedAt = Math.min(this.#askedAt, at.wall);
    const { lifetimeMs = defaultLifetimeMs } = this.#renewer.slot;
    const isAskedFor = at.wall - this.#askedAt < lifetimeMs;
    return !this.isClosed && (keepWarm || isAskedFor);
  }

  onRenewerStep(step: RenewerStep): void {
    switch (step.is) {
      case 'started':
        if (step.reason === 'rejected') this.#rejections?.noteForced(step.at);
        return;
      case 'expired':
        // Not in the same turn: a listener may ask for what evicts this entry, before its own caller waits.
        void Promise.resolve().then(() => this.#tell.expired(step.held, step.lastError));
        return;
      case 'retrying':
        this.#waiting?.failWhoCannotStay(step.delayMs, this.#unavailable(TOO_FAR));
        this.#tell.retried(step);
        return;
      case 'renewed':
        this.#parts.tokens.replace(this, step.replaced?.value, step.held.value);
        this.#onHeld(step.held);
        this.#tell.refreshed(step);
        this.#parts.onFlightEnded(this.target);
        return;
      case 'kept':
        this.#onHeld(step.held);
        this.#parts.onFlightEnded(this.target);
        return;
      case 'failed':
        this.#waiting?.fail(step.error.permanent ? step.error : this.#unavailable('No token could be had.'));
        this.#tell.failed(step, this.#renewer.slot.usableMs(now()));
        this.#parts.onFlightEnded(this.target);
    }
  }

  #onHeld(held: HeldToken): void {
    this.#unmet = undefined;
    this.#waiting?.serve(held);
    this.#waiting = undefined;
  }

  /** Waits for the next token as the rule says; `state` is what the token held is to this caller. */
  #waitForNext(
    state: TokenState,
    call: CallOptions,
    at: Instant,
    reason?: RefreshReason,
  ): Promise<HeldToken> {
    if (this.isClosed) return Promise.reject(new ProviderClosedError());
    const decision = decide(state, this.#renewer.state);
    if (decision === 'renew and wait') this.#renewer.startRenewal(at, reason);
    const isCooling = decision === 'wait if it fits';
    const objection = isCooling ? objectionTo(call.maxWaitMs, this.#renewer.renewal, at) : undefined;
    if (objection) return Promise.reject(objection);
    this.#renewer.expedite();
    this.#waiting ??= new WaitingRoom(this.#parts.aborts);
    const wait = this.#waiting.enter(call, () => this.#unavailable(tooLong(call)));
    return this.#tell.waiting(wait);
  }

  #noteCall(): Instant {
    const at = this.#renewer.noteTime();
    this.#askedAt = at.wall;
    return at;
  }

  #unavailable(message: string): TokenProviderError {
    return unavailable(message, this.#renewer.renewal);
  }

  get #tell(): EntryEvents {
    return new EntryEvents(this.#parts, this.target);
  }
}
