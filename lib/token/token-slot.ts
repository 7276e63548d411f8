import type { Instant } from '../ground/clock.js';
import type { RefreshReason } from '../ground/events.js';
import type { HeldToken } from './held-token.js';

/**
 * What a token is at a moment. *absent*: there was never one. *fresh*: nothing to do. *due*: should be renewed, fully usable.
 * *expired*: must not be used. *rejected*: an API answered 401 to it.
 */
export type TokenState = 'absent' | 'fresh' | 'due' | 'expired' | 'rejected';

/**
 * What has become of the token besides its age. *suspect*: an API rejected it, but no renewal can be had at once, so it goes on
 * being handed out. *ended*: as *expired*, but that is no news yet: the next token is there only from now on.
 */
type Standing = 'usable' | 'suspect' | 'ended' | 'expired' | 'rejected';

/** Servers round lifetimes to seconds: between two answers, a difference of less than this, in ms, may be none. */
const ROUNDING_MS = 2_000;
/** A new token may end as much earlier than the one held, in ms, by rounding alone. */
const TOLERANCE_MS = 1_000;

/** The place for the token of one entry. */
export class TokenSlot {
  #last: HeldToken | undefined;
  #standing: Standing = 'usable';

  /** The last token held, usable or not. */
  get last(): HeldToken | undefined {
    return this.#last;
  }

  get isSuspect(): boolean {
    return this.#last !== undefined && this.#standing === 'suspect';
  }

  stateAt(at: Instant): TokenState {
    const last = this.#last;
    if (!last) return 'absent';
    if (this.#standing === 'ended') return 'expired';
    if (this.#standing === 'expired' || this.#standing === 'rejected') return this.#standing;
    if (last.usableMs(at) <= 0) return 'expired';
    return last.freshMs(at) > 0 ? 'fresh' : 'due';
  }

  /** Why the token needs a renewal; a fresh one is renewed on request alone. */
  reasonAt(at: Instant): RefreshReason {
    const state = this.isSuspect ? 'rejected' : this.stateAt(at);
    return state === 'fresh' ? 'requested' : state;
  }

  /** The token, if it may be handed out at this moment. */
  usableAt(at: Instant): HeldToken | undefined {
    const state = this.stateAt(at);
    return state === 'fresh' || state === 'due' ? this.#last : undefined;
  }

  /** How long the token may still be handed out, in ms; 0 where there is none. */
  usableMs(at: Instant): number {
    return this.usableAt(at)?.usableMs(at) ?? 0;
  }

  put(held: HeldToken): void {
    this.#set(held, 'usable');
  }

  /**
   * Marks the token as expired once its time is over, for good: a clock set back must not revive it.
   * @returns whether that is news: not yet where a token has to be served to its end
   */
  expire(at: Instant): boolean {
    const isOver =
      this.#standing !== 'expired' && this.#standing !== 'ended' && this.stateAt(at) === 'expired';
    if (isOver) this.#standing = this.#last?.isServedToItsEnd ? 'ended' : 'expired';
    return isOver && this.#standing === 'expired';
  }

  /** There is no next token at the end of one that had to be served to its end: its expiry is news now. */
  noteOutage(): boolean {
    const isNews = this.#standing === 'ended';
    if (isNews) this.#standing = 'expired';
    return isNews;
  }

  /** Keeps the token that its server has given once more, for as long as the server says. */
  keep(again: HeldToken, at: Instant): void {
    this.#set(again.facts.isLifetimeGuessed ? again : this.#untilItsEnd(again, at), 'usable');
  }

  reject(held: HeldToken): void {
    this.#set(held, 'rejected');
  }

  /** Goes on handing out the token, but has it renewed after `delayMs`. */
  suspect(held: HeldToken, delayMs: number, at: Instant): void {
    this.#set(held.dueWithin(delayMs, at), 'suspect');
  }

  clear(): void {
    this.#last = undefined;
  }

  /** Whether a server gives the token that is held once more, as some do until it ends. After a rejection that is a fault. */
  isRepeated({ value }: HeldToken): boolean {
    return value === this.#last?.value && !this.isSuspect && this.#standing !== 'rejected';
  }

  /** Why a new token is no success: taking it would end the renewal and better nothing. */
  faultOf(candidate: HeldToken, at: Instant): string | undefined {
    if (candidate.usableMs(at) <= 0) return `had ended before it came (lifetime ${candidate.lifetimeMs} ms)`;
    if (this.isRepeated(candidate)) return undefined;
    if (candidate.value === this.#last?.value) return 'is the one that was rejected';
    const held = this.isSuspect ? undefined : this.usableAt(at);
    const isShorter = held !== undefined && candidate.remainingMs(at) <= held.remainingMs(at) - TOLERANCE_MS;
    return isShorter ? 'ends earlier than the one held' : undefined;
  }

  /** The end that the server said first counts, where the later one differs by rounding alone. */
  #untilItsEnd(again: HeldToken, at: Instant): HeldToken {
    const remainingMs = again.remainingMs(at);
    const beforeMs = this.#last?.facts.isLifetimeGuessed ? 0 : (this.#last?.remainingMs(at) ?? 0);
    const isRounded = beforeMs > remainingMs && beforeMs - remainingMs < ROUNDING_MS;
    return again.servedToItsEnd(isRounded ? beforeMs : remainingMs, at);
  }

  #set(held: HeldToken, standing: Standing): void {
    this.#last = held;
    this.#standing = standing;
  }
}
