import type { TokenAttemptError, TokenStoreError } from './errors.js';

/** What a target looks like in events and in `status()`: nothing secret in it. */
export interface TargetSummary {
  /** The address of the token endpoint, without its query. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly resource: readonly string[];
}

/** Why a new token was fetched. */
export type RefreshReason = 'absent' | 'due' | 'expired' | 'rejected' | 'requested' | 'min-validity';

/** Who gave a token: the token endpoint, or the shared store, where another process had put it. */
export type TokenOrigin = 'endpoint' | 'store';

/** A new token is held. */
export interface RefreshEvent {
  readonly target: TargetSummary;
  readonly reason: RefreshReason;
  /** The scope the server says it granted, where it says so. */
  readonly scope: string | undefined;
  /** When the token ends, ms since the epoch. */
  readonly expiresAt: number;
  /** When it will be renewed, ms since the epoch. */
  readonly dueAt: number;
  /** From the first attempt to the answer, in ms. */
  readonly durationMs: number;
  readonly attempts: number;
  readonly source: TokenOrigin;
}

/** A renewal gave up after its last attempt: no new token for now. Callers get the old token until `usableUntil`. */
export interface FailureEvent {
  readonly target: TargetSummary;
  readonly reason: RefreshReason;
  readonly error: TokenAttemptError;
  readonly attempts: number;
  /** Whether somebody must mend something first. */
  readonly permanent: boolean;
  /** When the next attempt is planned, ms since the epoch. A caller who waits may bring it forward; a spent budget of retries puts it off. */
  readonly nextAttemptAt: number;
  /** Until when the token held can be used, ms since the epoch; `undefined` when there is none. */
  readonly usableUntil: number | undefined;
}

/** One attempt of a renewal failed; another follows. */
export interface RetryEvent {
  readonly target: TargetSummary;
  readonly reason: RefreshReason;
  readonly error: TokenAttemptError;
  /** Which attempt of the flight it was, from 1. */
  readonly attempt: number;
  /** The wait before the next one, in ms. */
  readonly delayMs: number;
  /** When that is planned, ms since the epoch. A caller who waits may bring it forward; a spent budget of retries puts it off. */
  readonly nextAttemptAt: number;
}

/** The token held can no longer be used, and there is no newer one: callers wait from now on. */
export interface ExpireEvent {
  readonly target: TargetSummary;
  readonly expiresAt: number;
  readonly lastError: TokenAttemptError | undefined;
}

/** An API rejected the token held, and `invalidate()` said so. */
export interface RejectEvent {
  readonly target: TargetSummary;
  readonly issuedAt: number;
  /** When a new token is asked for, ms since the epoch: at once, or later where rejections are paced or fetching fails. */
  readonly nextAttemptAt: number;
}

/** A target was dropped, since more than `maxTargets` targets were asked for. The next call for it fetches a new token. */
export interface EvictEvent {
  readonly target: TargetSummary;
  /** When the token ends, ms since the epoch; `undefined` when there was none. */
  readonly expiresAt: number | undefined;
}

/** What is wrong with the shared store: an operation fails (`read`, `lease`, `write`), or a stored record cannot be used. */
export type StoreTrouble = 'read' | 'lease' | 'write' | 'record';

/** The shared store does not work now, so each process fetches its own tokens. Emitted once; `recover` tells when it works again. */
export interface DegradeEvent {
  /** The target whose renewal noticed the trouble. A bad record concerns this target only; other trouble concerns all targets. */
  readonly target: TargetSummary;
  readonly trouble: StoreTrouble;
  readonly error: TokenStoreError;
}

/** The trouble of a `degrade` event is over. */
export interface RecoverEvent {
  readonly target: TargetSummary;
  readonly trouble: StoreTrouble;
  /** Since the `degrade` event, in ms. */
  readonly durationMs: number;
}

/** The events of a `TokenProvider`, by name. Payloads are frozen, and hold no secret and no token. */
export interface TokenProviderEvents {
  refresh: RefreshEvent;
  failure: FailureEvent;
  retry: RetryEvent;
  expire: ExpireEvent;
  reject: RejectEvent;
  evict: EvictEvent;
  degrade: DegradeEvent;
  recover: RecoverEvent;
}

export type EventName = keyof TokenProviderEvents;

export const EVENT_NAMES: readonly EventName[] = [
  'refresh',
  'failure',
  'retry',
  'expire',
  'reject',
  'evict',
  'degrade',
  'recover',
];

export type Listener<Name extends EventName> = (event: TokenProviderEvents[Name]) => unknown;
