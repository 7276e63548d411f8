import type { EntryStatus } from './entry-status.js';

/**
 * *pass*: nothing is wrong, as far as is known. *warn*: something is wrong, and callers do not notice yet. *fail*: something is wrong,
 * and there is no usable token.
 */
export type HealthStatus = 'pass' | 'warn' | 'fail';

/** How one target stands, and how bad that is. */
export interface EntryHealth extends EntryStatus {
  readonly status: HealthStatus;
}

/** What its status does not tell of an entry. */
export interface EntryOutlook {
  readonly isSuspect: boolean;
  /** Whether an attempt would be made now, if it had its time. */
  readonly isWanted: boolean;
}

/** Judges how an entry stands. */
export function describeHealth(entry: EntryStatus, outlook: EntryOutlook): EntryHealth {
  return Object.freeze({ ...entry, status: judge(entry, outlook) });
}

/**
 * No attempt has failed since the last success: all is well, also without a token, which nobody may have asked for so far. Only an API
 * that rejects the token is a reason to look. Once an attempt has failed, it depends on what is left to hand out.
 */
function judge(entry: EntryStatus, { isSuspect, isWanted }: EntryOutlook): HealthStatus {
  const hasTrouble = entry.consecutiveFailures > 0 || entry.state === 'rejected' || isSuspect;
  if (!hasTrouble) return 'pass';
  if (isUsable(entry) || entry.consecutiveFailures === 0) return 'warn';
  // Nobody has asked for long, so the target is given up, however far off its next attempt is: a service that is sent no calls because
  // of this would never be well again.
  return isWanted && isAttempted(entry) ? 'fail' : 'warn';
}

/** Whether there is a token to hand out. */
export function isUsable({ state }: Pick<EntryStatus, 'state'>): boolean {
  return state === 'fresh' || state === 'due';
}

/** Whether a request for a token is under way, or has its time. */
function isAttempted({ refreshing, nextAttemptAt }: EntryStatus): boolean {
  return refreshing || nextAttemptAt !== undefined;
}
