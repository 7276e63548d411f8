import type { AccessToken } from '../access-token.js';
import { type Instant, now, wallNow } from '../clock.js';
import { ProviderClosedError, type TokenProviderError, TokenUnavailableError } from '../errors.js';
import type { Events, RefreshReason } from '../events.js';
import type { Wish } from '../options/read-settings.js';
import { Alarm } from './alarm.js';
import { type AttemptParts, fetchBetter } from './attempt.js';
import { EntryEvents } from './entry-events.js';
import { describeEntry, type EntryStatus } from './entry-status.js';
import type { HeldToken, HotAnswer } from './held-token.js';
import { Holding } from './holding.js';
import { Rejections } from './rejections.js';
import { type Landing, Renewal } from './renewal.js';
import { decide, type TokenState } from './rule.js';
import { handOut, isNew, validityError } from './validity.js';
import { WaitingRoom } from './waiting-room.js';

const NEVER = Number.NEGATIVE_INFINITY;
const TOO_FAR = 'The next attempt comes later than this call may wait for (maxWaitMs).';
/** The hot path while it is shut: its answer is never given. */
const SHUT: HotAnswer = { hotFrom: NEVER, hotUntil: NEVER, served: Promise.resolve('') };

/** What an entry works with. */
export interface EntryParts extends AttemptParts {
  readonly events: Events;
}

/** What is held for one target: its token, the renewal of it, and the callers who wait for it. */
export class Entry {
  readonly #parts: EntryParts;
  readonly #plainWish: Wish;
  readonly #holding = new Holding();
  readonly #renewal: Renewal;
  readonly #rejections = new Rejections();
  readonly #waiting = new WaitingRoom();
  readonly #tell: EntryEvents;
  #isClosed = false;
  readonly #alarm = new Alarm(() => this.#ring());
  /** By the wall clock: when a caller last asked. */
  #askedAt = NEVER;
  /** The answer while the wall clock is in [hotFrom, hotUntil). An alarm of the steady clock ends that, too. */
  #hot = SHUT;
  /** The least `minValidityMs` that the token held could not meet when it was new: another would not, either. */
  #vainMs = Number.POSITIVE_INFINITY;

  constructor(parts: EntryParts) {
    this.#parts = parts;
    this.#plainWish = { signal: undefined, maxWaitMs: parts.settings.maxWaitMs, minValidityMs: 0 };
    this.#tell = new EntryEvents(parts.events, parts.target);
    this.#renewal = new Renewal({
      settings: parts.settings,
      attempt: (signal) => fetchBetter(parts, this.#holding, signal),
      usableMs: () => this.#usableMs(now()),
      onRetry: (retry) => {
        this.#waiting.failWhoCannotStay(retry.pauseMs, this.#unavailable(TOO_FAR));
        this.#tell.retried(retry);
      },
      onLanding: (landing) => this.#land(landing),
      onRested: () => this.#ring(),
    });
  }

  /** The hot path: one look at the clock, one settled promise. */
  getToken(): Promise<string> {
    const wall = wallNow();
    const { hotFrom, hotUntil, served } = this.#hot;
    if (wall < hotUntil && wall >= hotFrom) {
      this.#askedAt = wall;
      return served;
    }
    return this.getTokenFor(this.#plainWish);
  }

  getTokenFor(wish: Wish): Promise<string> {
    if (wish.signal?.aborted) return Promise.reject(wish.signal.reason);
    const at = this.#look();
    this.#askedAt = at.wall;
    const { minValidityMs } = wish;
    const held = this.#holding.usableAt(at);
    if (held && held.usableMs(at) >= minValidityMs) {
      if (decide(this.#holding.stateAt(at), this.#renewal.state) === 'serve and renew') this.#takeOff(at);
      return held.served;
    }
    const isVain = held && (minValidityMs >= this.#vainMs || isNew(held, at));
    if (isVain) return Promise.reject(validityError(held, minValidityMs));
    if (!held) this.#renewal.urge(at);
    const next = this.#next(held ? 'expired' : 'absent', wish, at, held && 'min-validity');
    return next.then((token) => this.#handOut(token, minValidityMs));
  }

  peek(): AccessToken | undefined {
    return this.#holding.usableAt(now())?.access;
  }

  async refresh(): Promise<AccessToken> {
    const at = this.#look();
    this.#askedAt = at.wall;
    const held = await this.#next('absent', this.#plainWish, at, 'requested');
    return held.access;
  }

  invalidate(token: string): void {
    const at = this.#look();
    const held = this.#holding.usableAt(at);
    if (held?.access.value !== token || this.#holding.isDoubted) return;
    this.#renewal.hasten(at);
    const pacedMs = this.#rejections.note(held.ageMs(at), at);
    const waitMs = Math.max(pacedMs, this.#renewal.msToNextAttempt(at) ?? 0);
    // Where no flight can be had at once, the API's word is not enough to leave callers with no token at all.
    if (waitMs > 0) this.#holding.doubt(held, waitMs, at);
    else this.#holding.reject(held);
    if (waitMs === 0 && this.#renewal.state === 'idle') this.#takeOff(at);
    else this.#settle(at);
    this.#tell.rejected(held, at.wall + waitMs);
  }

  status(): EntryStatus {
    return describeEntry(this.#parts, this.#holding, this.#renewal);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#holding.clear();
    this.#waiting.fail(new ProviderClosedError());
    this.#settle(now());
    return this.#renewal.stop();
  }

  /** Waits for the next token as the rule says; `state` is what the token held is to this caller. */
  #next(state: TokenState, wish: Wish, at: Instant, reason?: RefreshReason | undefined): Promise<HeldToken> {
    if (this.#isClosed) return Promise.reject(new ProviderClosedError());
    const decision = decide(state, this.#renewal.state);
    if (decision === 'renew and wait') this.#takeOff(at, reason);
    const objection = decision === 'wait if it fits' ? this.#objectionTo(wish, at) : undefined;
    if (objection) return Promise.reject(objection);
    return this.#waiting.enter(wish, () =>
      this.#unavailable(`No token came within ${wish.maxWaitMs} ms (maxWaitMs).`),
    );
  }

  /** Why a caller should not wait for the next attempt: it is hopeless, or too far off. */
  #objectionTo({ maxWaitMs }: Wish, at: Instant): TokenProviderError | undefined {
    if (this.#renewal.rememberedError) return this.#renewal.rememberedError;
    const isTooFar = (this.#renewal.msToNextAttempt(at) ?? 0) > maxWaitMs;
    return isTooFar ? this.#unavailable(TOO_FAR) : undefined;
  }

  #unavailable(message: string): TokenUnavailableError {
    const at = now();
    const waitMs = this.#renewal.msToNextAttempt(at);
    const retryAt = waitMs === undefined ? undefined : Math.ceil(at.wall + waitMs);
    return new TokenUnavailableError(message, retryAt, this.#renewal.lastError);
  }

  /** Starts a flight. Every flight starts here. */
  #takeOff(at: Instant, reason = this.#holding.needAt(at)): void {
    if (reason === 'rejected') this.#rejections.forced(at);
    this.#renewal.start(reason);
    this.#settle(at);
  }

  #land(landing: Landing): void {
    const at = now();
    if (landing.held) {
      this.#vainMs = Number.POSITIVE_INFINITY;
      this.#holding.take(landing.held);
      this.#waiting.serve(landing.held);
      this.#settle(at);
      this.#tell.refreshed(landing.held, landing);
      // After a slow answer it may be due already.
      this.#ring();
    } else {
      const { error, pauseMs } = landing;
      this.#waiting.fail(error.permanent ? error : this.#unavailable('No token could be had.'));
      this.#settle(at);
      const usableMs = this.#usableMs(at);
      this.#tell.failed(error, landing, at.wall + pauseMs, usableMs > 0 ? at.wall + usableMs : undefined);
    }
  }

  #handOut(next: HeldToken, minValidityMs: number): string {
    if (minValidityMs > next.usableForMs) this.#vainMs = Math.min(minValidityMs, this.#vainMs);
    return handOut(next, minValidityMs);
  }

  #usableMs(at: Instant): number {
    return this.#holding.usableAt(at)?.usableMs(at) ?? 0;
  }

  /** Reads the clocks, and takes note of what came to its end in the meantime. */
  #look(): Instant {
    const at = now();
    this.#renewal.look(at);
    const { last } = this.#holding;
    if (last && this.#holding.expire(at)) {
      this.#renewal.hasten(at);
      this.#settle(at);
      this.#tell.expired(last, this.#renewal.lastError);
    }
    return at;
  }

  /** Brings the hot path and the alarm into line with the state. */
  #settle(at: Instant): void {
    const held = this.#holding.usableAt(at);
    this.#hot = held && held.freshMs(at) > 0 ? held : SHUT;
    this.#alarm.setFor([held?.freshMs(at), held?.usableMs(at)]);
  }

  #ring(): void {
    const at = this.#look();
    if (this.#shouldRenew(at)) this.#takeOff(at);
    else this.#settle(at);
  }

  /** Whether the time has come to renew without being asked. */
  #shouldRenew(at: Instant): boolean {
    if (this.#isClosed || this.#renewal.state !== 'idle') return false;
    if (!this.#waiting.isEmpty) return true;
    return this.#parts.settings.background && this.#holding.stateAt(at) !== 'fresh' && this.#isWanted(at);
  }

  /** Renewal goes on for as long as somebody has asked within the last lifetime. */
  #isWanted(at: Instant): boolean {
    const { keepWarm, defaultLifetimeMs } = this.#parts.settings;
    // Set back, the clock would make the last call one of the future.
    this.#askedAt = Math.min(this.#askedAt, at.wall);
    return keepWarm || at.wall - this.#askedAt < (this.#holding.last?.lifetimeMs ?? defaultLifetimeMs);
  }
}
