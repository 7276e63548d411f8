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
 * being handed out.
 */
type Standing = 'usable' | 'suspect' | 'expired' | 'rejected';

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

  /** Marks the token as expired once its time is over, for good: a clock set back must not revive it. */
  expire(at: Instant): boolean {
    const isNews = this.#standing !== 'expired' && this.stateAt(at) === 'expired';
    if (isNews) this.#standing = 'expired';
    return isNews;
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

  /** Why a new token does not count as a success: with it the renewal would end, and nothing would be better. */
  faultOf(candidate: HeldToken, at: Instant): string | undefined {
    if (candidate.usableMs(at) <= 0) return `had ended before it came (lifetime ${candidate.lifetimeMs} ms)`;
    if (this.#isRepeated(candidate, at)) return 'is the one already held';
    const held = this.isSuspect ? undefined : this.usableAt(at);
    const isNoLonger = held !== undefined && candidate.remainingMs(at) <= held.remainingMs(at);
    return isNoLonger ? 'ends no later than the one held' : undefined;
  }

  /** The same token again. Where its end was our own guess, it may come again after that: nobody knows its real end. */
  #isRepeated({ value }: HeldToken, at: Instant): boolean {
    const { last } = this;
    const mayComeAgain = last?.facts.isLifetimeGuessed && this.stateAt(at) === 'expired';
    return value === last?.value && !mayComeAgain;
  }

  #set(held: HeldToken, standing: Standing): void {
    this.#last = held;
    this.#standing = standing;
  }
}
