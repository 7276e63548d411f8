import { now } from '../clock.js';
import type { TokenAttemptError } from '../errors.js';
import type { Events } from '../events.js';
import type { TargetSummary } from '../target.js';
import type { HeldToken } from './held-token.js';
import type { Landing, Retry } from './renewal.js';

/** Tells listeners what happens to one entry, in the words of its events. */
export class EntryEvents {
  readonly #events: Events;
  readonly #target: TargetSummary;

  constructor(events: Events, target: TargetSummary) {
    this.#events = events;
    this.#target = target;
  }

  refreshed({ access }: HeldToken, { reason, attempts, durationMs }: Landing): void {
    this.#events.emit('refresh', () => ({
      target: this.#target,
      reason,
      scope: access.scope,
      expiresAt: access.expiresAt,
      dueAt: access.dueAt,
      durationMs,
      attempts,
      source: 'endpoint',
    }));
  }

  failed(
    error: TokenAttemptError,
    landing: Landing,
    nextAttemptAt: number,
    usableUntil: number | undefined,
  ): void {
    const { reason, attempts } = landing;
    this.#events.emit('failure', () => ({
      target: this.#target,
      reason,
      error,
      attempts,
      permanent: error.permanent,
      nextAttemptAt,
      usableUntil,
    }));
  }

  retried({ reason, error, attempt, pauseMs: delayMs }: Retry): void {
    this.#events.emit('retry', () => ({
      target: this.#target,
      reason,
      error,
      attempt,
      delayMs,
      nextAttemptAt: now().wall + delayMs,
    }));
  }

  expired({ access }: HeldToken, lastError: TokenAttemptError | undefined): void {
    this.#events.emit('expire', () => ({ target: this.#target, expiresAt: access.expiresAt, lastError }));
  }

  rejected({ access }: HeldToken, nextAttemptAt: number): void {
    this.#events.emit('reject', () => ({ target: this.#target, issuedAt: access.issuedAt, nextAttemptAt }));
  }
}
