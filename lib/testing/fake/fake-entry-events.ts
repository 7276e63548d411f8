import type { Instant } from '../../ground/clock.js';
import type { TokenAttemptError } from '../../ground/errors.js';
import type { EventEmitter } from '../../ground/event-emitter.js';
import type { RefreshReason, TargetSummary } from '../../ground/events.js';
import type { HeldToken } from '../../token/held-token.js';

/** A renewal that has failed. */
export interface FakeFailure {
  readonly error: TokenAttemptError;
  readonly reason: RefreshReason;
  readonly delayMs: number;
  /** How long the token that is held can still be used; 0 where there is none. */
  readonly usableMs: number;
}

/** Tells listeners what happens to one entry of a fake provider. */
export class FakeEntryEvents {
  readonly #events: EventEmitter;
  readonly #target: TargetSummary;

  constructor(events: EventEmitter, target: TargetSummary) {
    this.#events = events;
    this.#target = target;
  }

  refreshed({ access, source }: HeldToken, reason: RefreshReason): void {
    this.#events.emit('refresh', () => ({
      target: this.#target,
      reason,
      scope: access.scope,
      expiresAt: access.expiresAt,
      dueAt: access.dueAt,
      durationMs: 0,
      attempts: 1,
      source,
    }));
  }

  failed({ error, reason, delayMs, usableMs }: FakeFailure, { wall }: Instant): void {
    this.#events.emit('failure', () => ({
      target: this.#target,
      reason,
      error,
      attempts: 1,
      permanent: error.permanent,
      nextAttemptAt: wall + delayMs,
      usableUntil: usableMs > 0 ? wall + usableMs : undefined,
    }));
  }

  expired({ access }: HeldToken, lastError: TokenAttemptError | undefined): void {
    this.#events.emit('expire', () => ({ target: this.#target, expiresAt: access.expiresAt, lastError }));
  }

  rejected({ access }: HeldToken, nextAttemptAt: number): void {
    this.#events.emit('reject', () => ({ target: this.#target, issuedAt: access.issuedAt, nextAttemptAt }));
  }
}
