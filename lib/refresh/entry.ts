import type { AccessToken } from '../access-token.js';
import { type Instant, now, wallNow } from '../clock.js';
import { ProviderClosedError, type TokenProviderError } from '../errors.js';
import type { RefreshReason } from '../events.js';
import type { Wish } from '../options/read-settings.js';
import { placeOf } from './attempt.js';
import { describeEntry, type EntryStatus } from './entry-status.js';
import type { HeldToken } from './held-token.js';
import { objectionTo, TOO_FAR, unavailable } from './refusal.js';
import { Rejections } from './rejections.js';
import type { Aftermath } from './renewal.js';
import { decide, type TokenState } from './rule.js';
import { Upkeep } from './upkeep.js';
import { handOut, noteVain, type Vain, vainError } from './validity.js';
import { WaitingRoom } from './waiting-room.js';

/** What is held for one target, for those who ask for it: served, waiting, or refused. */
export class Entry extends Upkeep {
  #isClosed = false;
  #waiting: WaitingRoom<HeldToken> | undefined;
  #rejections: Rejections | undefined;
  #vain: Vain;
  #neededMs = 0;
  /** It is made for somebody who asks. */
  #askedAt = wallNow();
  /** For the cache, which ranks entries by it. */
  rankedAt = this.#askedAt;

  /** By the wall clock: when a caller last asked. */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** Whether callers wait. */
  get isBusy(): boolean {
    return this.#waiting !== undefined && !this.#waiting.isEmpty;
  }

  protected get neededMs(): number {
    return this.isBusy ? this.#neededMs : 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The hot path: one look at the clock, one settled promise. `undefined` unless the token is surely fresh. */
  hotToken(): Promise<string> | undefined {
    const wall = wallNow();
    const { hotFrom, hotUntil, served } = this.hot;
    if (wall >= hotUntil || wall < hotFrom) return undefined;
    this.#askedAt = wall;
    return served;
  }

  getToken(wish: Wish): Promise<string> {
    if (wish.signal?.aborted) return Promise.reject(wish.signal.reason);
    const at = this.look();
    this.#askedAt = at.wall;
    const { minValidityMs } = wish;
    const held = this.holding.usableAt(at);
    if (held && held.usableMs(at) >= minValidityMs) {
      if (decide(this.holding.stateAt(at), this.renewalState) === 'serve and renew') this.takeOff(at);
      return held.served;
    }
    const refusal = held && vainError(this.#vain, held, minValidityMs, at);
    if (refusal) return Promise.reject(refusal);
    if (!held) this.renewal?.urge(at);
    const next = this.#next(held ? 'expired' : 'absent', wish, at, held && 'min-validity');
    return next.then((token) => {
      this.#vain = noteVain(this.#vain, token, minValidityMs);
      return handOut(token, minValidityMs);
    });
  }

  peek(): AccessToken | undefined {
    return this.holding.usableAt(now())?.access;
  }

  async refresh(wish: Wish): Promise<AccessToken> {
    const at = this.look();
    this.#askedAt = at.wall;
    const held = await this.#next('absent', wish, at, 'requested');
    return held.access;
  }

  invalidate(token: string): void {
    const at = this.look();
    const held = this.holding.usableAt(at);
    if (held?.value !== token || this.holding.isDoubted) return;
    this.renewal?.hasten(at);
    this.#rejections ??= new Rejections();
    const pacedMs = this.#rejections.note(held.ageMs(at), at);
    const waitMs = Math.max(pacedMs, this.renewal?.msToNextAttempt(at) ?? 0);
    // Where no flight can be had at once, the API's word is not enough to leave callers with no token at all.
    if (waitMs > 0) this.holding.doubt(held, waitMs, at);
    else this.holding.reject(held);
    if (waitMs === 0 && this.renewalState === 'idle') this.takeOff(at);
    else this.settle(at);
    this.tell.rejected(held, at.wall + waitMs);
  }

  status(): EntryStatus {
    return describeEntry(this.target, this.parts.settings, this.holding, this.renewal);
  }

  /** Nobody has asked for long, and others need the room. Gives what must be remembered all the same. */
  evict(): Aftermath | undefined {
    const { last } = this.holding;
    const aftermath = this.renewal?.abandon();
    void this.close();
    // Not in the same turn: what is going on has to be finished before a listener may ask for more.
    queueMicrotask(() => this.tell.evicted(last));
    return aftermath;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.parts.tokens.replace(this, this.holding.last?.value, undefined);
    this.holding.clear();
    this.#waiting?.fail(new ProviderClosedError());
    this.settle(now());
    await this.renewal?.stop();
  }

  /** Waits for the next token as the rule says; `state` is what the token held is to this caller. */
  #next(state: TokenState, wish: Wish, at: Instant, reason?: RefreshReason | undefined): Promise<HeldToken> {
    if (this.#isClosed) return Promise.reject(new ProviderClosedError());
    const decision = decide(state, this.renewalState);
    if (decision === 'renew and wait') this.takeOff(at, reason);
    const isCooling = decision === 'wait if it fits';
    const objection = isCooling ? objectionTo(wish.maxWaitMs, this.renewal, at) : undefined;
    if (objection) return Promise.reject(objection);
    this.parts.queue.expedite(placeOf(this.client, this.holding));
    this.#neededMs = Math.max(this.neededMs, wish.minValidityMs);
    this.#waiting ??= new WaitingRoom(this.parts.aborts);
    return this.#waiting.enter(wish, () =>
      this.#unavailable(`No token came within ${wish.maxWaitMs} ms (maxWaitMs).`),
    );
  }

  #unavailable(message: string): TokenProviderError {
    return unavailable(message, this.renewal);
  }

  protected isWanted(at: Instant): boolean {
    const { keepWarm, defaultLifetimeMs } = this.parts.settings;
    // Set back, the clock would make the last call one of the future.
    this.#askedAt = Math.min(this.#askedAt, at.wall);
    const isAskedFor = at.wall - this.#askedAt < (this.holding.last?.lifetimeMs ?? defaultLifetimeMs);
    return !this.#isClosed && (keepWarm || isAskedFor);
  }

  protected onTakeOff(reason: RefreshReason, at: Instant): void {
    if (reason === 'rejected') this.#rejections?.forced(at);
  }

  protected onToken(held: HeldToken): void {
    this.#vain = undefined;
    this.#waiting?.serve(held);
    this.#waiting = undefined;
  }

  protected onFailure(error: TokenProviderError): void {
    this.#waiting?.fail(error);
  }

  protected onPause(pauseMs: number): void {
    this.#waiting?.failWhoCannotStay(pauseMs, this.#unavailable(TOO_FAR));
  }
}
