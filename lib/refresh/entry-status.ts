import { now } from '../clock.js';
import type { TokenProviderErrorCode } from '../errors.js';
import type { Settings } from '../options/read-settings.js';
import type { TargetSummary } from '../target.js';
import type { Holding } from './holding.js';
import type { Renewal } from './renewal.js';
import type { TokenState } from './rule.js';

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
   * The earliest time of the next attempt: after a failure, or when the token falls due. `undefined` while one is under
   * way, and when only a call will start it.
   */
  readonly nextAttemptAt: number | undefined;
}

export function describeEntry(
  target: TargetSummary,
  settings: Settings,
  holding: Holding,
  renewal: Renewal | undefined,
): EntryStatus {
  const at = now();
  const access = holding.last?.access;
  const isPlanned = settings.background && holding.stateAt(at) === 'fresh';
  const dueMs = isPlanned ? holding.last?.freshMs(at) : undefined;
  const state = renewal?.state ?? 'idle';
  const nextMs = state === 'idle' ? dueMs : renewal?.msToNextAttempt(at);
  return Object.freeze({
    target,
    state: holding.stateAt(at),
    refreshing: state === 'flying',
    issuedAt: access?.issuedAt,
    dueAt: access?.dueAt,
    expiresAt: access?.expiresAt,
    consecutiveFailures: renewal?.failuresInARow ?? 0,
    lastErrorCode: renewal?.lastError?.code,
    nextAttemptAt: nextMs === undefined ? undefined : Math.ceil(at.wall + nextMs),
  });
}
