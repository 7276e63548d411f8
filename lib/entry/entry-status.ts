import { now } from '../ground/clock.js';
import type { TokenProviderErrorCode } from '../ground/errors.js';
import type { TargetSummary } from '../ground/events.js';
import type { Settings } from '../options/settings.js';
import type { RenewalView } from '../renewal/renewal.js';
import type { TokenSlot, TokenState } from '../token/token-slot.js';

/** How one target stands. Times are ms since the epoch; no secret and no token in it. */
export interface EntryStatus {
  readonly target: TargetSummary;
  readonly state: TokenState;
  /** Whether a token is being fetched right now. */
  readonly refreshing: boolean;
  readonly issuedAt: number | undefined;
  readonly dueAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** How many attempts have failed since the last success. */
  readonly consecutiveFailures: number;
  readonly lastErrorCode: TokenProviderErrorCode | undefined;
  /**
   * When the next attempt is planned: after a failure, or when the token falls due. A caller who waits may bring it forward; a spent
   * budget of retries puts it off; and if nobody has asked for as long as a token lives, only a call starts it. `undefined` while one
   * is under way, and when only a call will start it.
   */
  readonly nextAttemptAt: number | undefined;
}

export function describeEntry(
  target: TargetSummary,
  { background }: Pick<Settings, 'background'>,
  { slot, renewal }: { readonly slot: TokenSlot; readonly renewal: RenewalView | undefined },
): EntryStatus {
  const at = now();
  const access = slot.last?.access;
  const dueMs = background && slot.stateAt(at) === 'fresh' ? slot.last?.freshMs(at) : undefined;
  const renewalState = renewal?.state ?? 'idle';
  const nextMs = renewalState === 'idle' ? dueMs : renewal?.msToNextAttempt(at);
  return Object.freeze({
    target,
    state: slot.stateAt(at),
    refreshing: renewalState === 'flying',
    issuedAt: access?.issuedAt,
    dueAt: access?.dueAt,
    expiresAt: access?.expiresAt,
    consecutiveFailures: renewal?.failuresInARow ?? 0,
    lastErrorCode: renewal?.lastError?.code,
    nextAttemptAt: nextMs === undefined ? undefined : Math.ceil(at.wall + nextMs),
  });
}
