import type { Instant } from '../clock.js';
import type { RefreshReason } from '../events.js';
import type { HeldToken } from './held-token.js';
import type { TokenState } from './rule.js';

type Content =
  | { readonly is: 'nothing' }
  /** *doubted*: an API rejected it, but no renewal can be had at once. */
  | { readonly is: 'usable'; readonly held: HeldToken; readonly doubted: boolean }
  | { readonly is: 'expired' | 'rejected'; readonly held: HeldToken };

const NOTHING: Content = { is: 'nothing' };

/** The token of one entry, and what has become of it. */
export class Holding {
  #content: Content = NOTHING;

  /** The last token held, usable or not. */
  get last(): HeldToken | undefined {
    return this.#content.is === 'nothing' ? undefined : this.#content.held;
  }

  get isDoubted(): boolean {
    return this.#content.is === 'usable' && this.#content.doubted;
  }

  stateAt(at: Instant): TokenState {
    const content = this.#content;
    if (content.is === 'nothing') return 'absent';
    if (content.is !== 'usable') return content.is;
    if (content.held.usableMs(at) <= 0) return 'expired';
    return content.held.freshMs(at) > 0 ? 'fresh' : 'due';
  }

  /** Why it needs a renewal; a fresh token is renewed on request alone. */
  needAt(at: Instant): RefreshReason {
    const state = this.isDoubted ? 'rejected' : this.stateAt(at);
    return state === 'fresh' ? 'requested' : state;
  }

  /** The token, if it may be handed out at this moment. */
  usableAt(at: Instant): HeldToken | undefined {
    return this.#content.is === 'usable' && this.#content.held.usableMs(at) > 0
      ? this.#content.held
      : undefined;
  }

  take(held: HeldToken): void {
    this.#content = { is: 'usable', held, doubted: false };
  }

  /** Marks the token as expired once its time is over, for good: a clock set back must not revive it. */
  expire(at: Instant): boolean {
    if (this.#content.is !== 'usable' || this.#content.held.usableMs(at) > 0) return false;
    this.#content = { is: 'expired', held: this.#content.held };
    return true;
  }

  reject(held: HeldToken): void {
    this.#content = { is: 'rejected', held };
  }

  /** Goes on handing out the token, but has it renewed after `delayMs`. */
  doubt(held: HeldToken, delayMs: number, at: Instant): void {
    this.#content = { is: 'usable', held: held.dueWithin(delayMs, at), doubted: true };
  }

  clear(): void {
    this.#content = NOTHING;
  }

  /** Why a new token is no success: taking it would end the renewal and better nothing. */
  faultOf(candidate: HeldToken, at: Instant): string | undefined {
    if (candidate.usableMs(at) <= 0) return `had ended before it came (lifetime ${candidate.lifetimeMs} ms)`;
    if (this.#isRepeated(candidate, at)) return 'is the one already held';
    const held = this.isDoubted ? undefined : this.usableAt(at);
    const isNoLonger = held !== undefined && candidate.remainingMs(at) <= held.remainingMs(at);
    return isNoLonger ? 'ends no later than the one held' : undefined;
  }

  /** The same token again. One whose end was our own guess may come again after that, for nobody knows its real end. */
  #isRepeated({ access }: HeldToken, at: Instant): boolean {
    const { last } = this;
    const mayComeAgain = last?.isLifetimeGuessed && this.stateAt(at) === 'expired';
    return access.value === last?.access.value && !mayComeAgain;
  }
}
