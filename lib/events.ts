import { EventEmitter } from 'eventemitter3';
import { ConfigurationError, type TokenAttemptError, type TokenStoreError } from './errors.js';
import { asOneOf, kindOf } from './options/check.js';
import { warnProcess } from './process-warning.js';
import type { TargetSummary } from './target.js';

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

/** A flight gave up: no new token for now. Callers go on being served while `usableUntil` is ahead. */
export interface FailureEvent {
  readonly target: TargetSummary;
  readonly reason: RefreshReason;
  readonly error: TokenAttemptError;
  readonly attempts: number;
  /** Whether somebody must mend something first. */
  readonly permanent: boolean;
  /** The earliest next attempt, ms since the epoch. */
  readonly nextAttemptAt: number;
  /** Until when the token held can be used, ms since the epoch; `undefined` when there is none. */
  readonly usableUntil: number | undefined;
}

/** One attempt of a flight failed; another follows. */
export interface RetryEvent {
  readonly target: TargetSummary;
  readonly reason: RefreshReason;
  readonly error: TokenAttemptError;
  /** Which attempt of the flight it was, from 1. */
  readonly attempt: number;
  /** The wait before the next one, in ms. */
  readonly delayMs: number;
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

/** A token was given up, since more targets were asked for than `maxClients`. Who asks for it gets a new one. */
export interface EvictEvent {
  readonly target: TargetSummary;
  /** When the token ends, ms since the epoch; `undefined` when there was none. */
  readonly expiresAt: number | undefined;
}

/** What is wrong with the shared store: it does not do what it is asked, or holds a record that cannot be used. */
export type StoreTrouble = 'read' | 'lease' | 'write' | 'record';

/** The shared store is of no use for now: each process fetches its own tokens. Told once, until `recover`. */
export interface DegradeEvent {
  /** Whose renewal has met it. A bad record is that of this target alone; all else is of all targets. */
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

const EVENT_NAMES: readonly EventName[] = [
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

type AnyListener = (event: TokenProviderEvents[EventName]) => unknown;

/** Typed events, whose listeners cannot harm the emitter or each other. */
export class Events {
  readonly #emitter = new EventEmitter<EventName>();
  readonly #guarded = new WeakMap<AnyListener, AnyListener>();

  on<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    this.#emitter.on(asEventName(name), this.#guard(listener as AnyListener));
  }

  once<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    this.#emitter.once(asEventName(name), this.#guard(listener as AnyListener));
  }

  off<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    this.#emitter.off(asEventName(name), this.#guard(listener as AnyListener));
  }

  /** Makes the payload only when somebody listens. */
  emit<Name extends EventName>(name: Name, makeEvent: () => TokenProviderEvents[Name]): void {
    if (this.#emitter.listenerCount(name) > 0) this.#emitter.emit(name, Object.freeze(makeEvent()));
  }

  /** The same guard for the same listener each time, so that `off` finds it. */
  #guard(listener: AnyListener): AnyListener {
    if (typeof listener !== 'function') {
      throw new ConfigurationError('listener', `must be a function; got ${kindOf(listener)}.`);
    }
    const known = this.#guarded.get(listener);
    if (known) return known;
    const guarded: AnyListener = async (event) => {
      try {
        await listener(event);
      } catch (error) {
        warnOfListener(error);
      }
    };
    this.#guarded.set(listener, guarded);
    return guarded;
  }
}

function asEventName(name: unknown): EventName {
  return asOneOf('event', name, EVENT_NAMES);
}

/** The listener's own fault, told where Node tells such things, for it must neither pass unseen nor end the process. */
function warnOfListener(error: unknown): void {
  warnProcess({
    code: 'TOKEN_PROVIDER_LISTENER',
    message: 'A listener of a TokenProvider event threw.',
    thrown: error,
  });
}
