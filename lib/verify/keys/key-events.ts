import type { DocumentStep } from '../../documents/kept-document.js';
import { now } from '../../ground/clock.js';
import type { TokenAttemptError } from '../../ground/errors.js';
import { EventEmitter } from '../../ground/event-emitter.js';
import type { RefreshReason } from '../../ground/events.js';
import type { KeyList } from './key-list.js';

/** New keys are held. */
export interface KeysRefreshEvent {
  readonly issuer: string;
  readonly reason: RefreshReason;
  /** How many keys there are. */
  readonly keys: number;
  /** When they are to be renewed, and until when they can be used at all: ms since the epoch. */
  readonly dueAt: number;
  readonly usableUntil: number;
  readonly attempts: number;
  readonly durationMs: number;
}

/** An attempt to get keys failed, and another follows. */
export interface KeysRetryEvent {
  readonly issuer: string;
  readonly error: TokenAttemptError;
  readonly attempt: number;
  readonly delayMs: number;
}

/** Keys could not be had; the next attempt has its time. */
export interface KeysFailureEvent {
  readonly issuer: string;
  readonly error: TokenAttemptError;
  readonly attempts: number;
  readonly nextAttemptAt: number;
}

/** Not even old keys can be used any more: calls fail until there are new ones. */
export interface KeysExpireEvent {
  readonly issuer: string;
  readonly usableUntil: number;
}

/** The events of a verifier's key set, by name. Payloads are frozen. */
export interface VerifierEvents {
  refresh: KeysRefreshEvent;
  retry: KeysRetryEvent;
  failure: KeysFailureEvent;
  expire: KeysExpireEvent;
}

/** Tells listeners what happens to a key set. */
export class KeyEvents extends EventEmitter<VerifierEvents> {
  readonly #issuer: string;

  constructor(issuer: string) {
    super(['refresh', 'retry', 'failure', 'expire']);
    this.#issuer = issuer;
  }

  tell(step: DocumentStep<KeyList>): void {
    const issuer = this.#issuer;
    if (step.is === 'renewed') {
      const { reason, attempts, durationMs, held } = step;
      const { dueAt, usableUntil, content } = held;
      this.emit('refresh', () => ({
        issuer,
        reason,
        keys: content.size,
        dueAt,
        usableUntil,
        attempts,
        durationMs,
      }));
    } else if (step.is === 'retrying') {
      const { error, attempt, delayMs } = step;
      this.emit('retry', () => ({ issuer, error, attempt, delayMs }));
    } else if (step.is === 'failed') {
      const { error, attempts, delayMs } = step;
      this.emit('failure', () => ({ issuer, error, attempts, nextAttemptAt: now().wall + delayMs }));
    } else this.emit('expire', () => ({ issuer, usableUntil: step.edition.usableUntil }));
  }
}
