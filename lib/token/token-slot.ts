import type { Instant } from '../ground/clock.js';
import type { RefreshReason } from '../ground/events.js';
import type { HeldToken } from './held-token.js';
import { ROUNDING_MS, repeatedToken } from './repeated-token.js';

/**
 * What a token is at a moment. *absent*: there was never one. *fresh*: nothing to do. *due*: should be renewed, fully usable.
 * *expired*: must not be used. *rejected*: an API answered 401 to it.
 */
export type TokenState = 'absent' | 'fresh' | 'due' | 'expired' | 'rejected';

/**
 * What has become of the token besides its age. *suspect*: an API rejected it, but no renewal can be had at once, so it goes on
 * being handed out. *ended*: its time is over, which nobody has been told yet. *expired*: they have been told.
 */
type Standing = 'usable' | 'suspect' | 'ended' | 'expired' | 'rejected';

/** The place for the token of one entry. */
export class TokenSlot {
  #last: HeldToken | undefined;
  #standing: Standing = 'usable';
  /** How long it had been held, in ms, before its server gave it again. */
  #heldBeforeMs = 0;

  /** The last token held, usable or not. */
  get last(): HeldToken | undefined {
    return this.#last;
  }

  get isSuspect(): boolean {
    return this.#last !== undefined && this.#standing === 'suspect';
  }

  /** Whether an API has rejected it, whether or not it goes on being handed out. */
  get isRejected(): boolean {
    return this.isSuspect || this.#standing === 'rejected';
  }

  stateAt(at: Instant): TokenState {
    const last = this.#last;
    if (!last) return 'absent';
    if (this.#standing === 'rejected') return 'rejected';
    if (this.#isOver || last.usableMs(at) <= 0) return 'expired';
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

  /** For how long the server lets the token live altogether, as far as is known, in ms. */
  get lifetimeMs(): number | undefined {
    return this.#last && this.#heldBeforeMs + this.#last.lifetimeMs;
  }

  put(held: HeldToken): void {
    this.#set(held, 'usable');
    this.#heldBeforeMs = 0;
  }

  /**
   * Takes what a renewal has brought.
   * @returns whether that is news: it is none where the token held has come again, unless its end has been told
   */
  take(fetched: HeldToken, at: Instant): boolean {
    const { lifetimeMs = 0 } = this;
    const isRepeated = this.isRepeated(fetched, at);
    const isNews = !isRepeated || this.#standing === 'expired' || this.#standing === 'rejected';
    const held = isRepeated ? this.repeat(fetched, at) : fetched;
    this.put(held);
    if (held.isServedToItsEnd) this.#heldBeforeMs = Math.max(0, lifetimeMs - held.lifetimeMs);
    return isNews;
  }

  /**
   * Ends the token once its time is over, for good: a clock set back must not revive it.
   * @returns whether it has ended just now
   */
  expire(at: Instant): boolean {
    if (this.#isOver || this.stateAt(at) !== 'expired') return false;
    this.#standing = 'ended';
    return true;
  }

  /** The token that has ended, if nobody has been told so far. */
  takeExpiry(): HeldToken | undefined {
    if (this.#standing !== 'ended') return undefined;
    this.#standing = 'expired';
    return this.#last;
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

  /**
   * Whether the server has given the token that is held once more, as some do until it ends. A rejected one must not come again
   * before the end that was known when it was rejected.
   */
  isRepeated({ value }: HeldToken, at: Instant): boolean {
    const last = this.#last;
    if (value !== last?.value || this.isSuspect) return false;
    return this.#standing !== 'rejected' || last.remainingMs(at) <= 0;
  }

  /** The token held, as it is after its server has given it once more. */
  repeat(again: HeldToken, at: Instant): HeldToken {
    const { last: held = again, lifetimeMs = again.lifetimeMs } = this;
    return repeatedToken({ held, lifetimeMs }, again, at);
  }

  /** Whether the server has given the token that is held once more although nothing is left of it. */
  isAtItsEnd(again: HeldToken, at: Instant): boolean {
    return this.isRepeated(again, at) && this.repeat(again, at).usableMs(at) <= 0;
  }

  /** Why a new token does not count as a success: with it the renewal would end, and nothing would be better. */
  faultOf(candidate: HeldToken, at: Instant): string | undefined {
    if (this.isAtItsEnd(candidate, at)) return 'is the one that has just ended';
    if (this.isRepeated(candidate, at)) return undefined;
    if (candidate.usableMs(at) <= 0) return `had ended before it came (lifetime ${candidate.lifetimeMs} ms)`;
    if (candidate.value === this.#last?.value) return 'is the one that was rejected';
    const held = this.isSuspect ? undefined : this.usableAt(at);
    const laterMs = held ? candidate.remainingMs(at) - held.remainingMs(at) : Number.POSITIVE_INFINITY;
    // A fresh token is renewed on request: lifetimes that are rounded let the next one seem to end a little earlier.
    const leastMs = held && held.freshMs(at) > 0 ? -ROUNDING_MS : 0;
    return laterMs <= leastMs ? 'ends no later than the one held' : undefined;
  }

  get #isOver(): boolean {
    return this.#standing === 'ended' || this.#standing === 'expired';
  }

  #set(held: HeldToken, standing: Standing): void {
    this.#last = held;
    this.#standing = standing;
  }
}
