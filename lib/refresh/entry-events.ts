import { now } from '../clock.js';
import type { TokenAttemptError } from '../errors.js';
import type { Events } from '../events.js';
import { summarize, type Target, type TargetSummary } from '../target.js';
import type { HeldToken } from './held-token.js';
import type { Landing, Retry } from './renewal.js';

/** Tells listeners what happens to one entry, in the words of its events. */
export class EntryEvents {
  readonly #events: Events;
  readonly #about: Target;

  constructor(events: Events, target: Target) {
    this.#events = events;
    this.#about = target;
  }

  refreshed(held: HeldToken, { reason, attempts, durationMs }: Landing): void {
    this.#events.emit('refresh', () => ({
      target: this.#target(),
      reason,
      scope: held.access.scope,
      expiresAt: held.access.expiresAt,
      dueAt: held.access.dueAt,
      durationMs,
      attempts,
      source: held.source,
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
      target: this.#target(),
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
      target: this.#target(),
      reason,
      error,
      attempt,
      delayMs,
      nextAttemptAt: now().wall + delayMs,
    }));
  }

  expired(held: HeldToken, lastError: TokenAttemptError | undefined): void {
    this.#events.emit('expire', () => ({
      target: this.#target(),
      expiresAt: held.access.expiresAt,
      lastError,
    }));
  }

  rejected(held: HeldToken, nextAttemptAt: number): void {
    this.#events.emit('reject', () => ({
      target: this.#target(),
      issuedAt: held.access.issuedAt,
      nextAttemptAt,
    }));
  }

  evicted(last: HeldToken | undefined): void {
    this.#events.emit('evict', () => ({ target: this.#target(), expiresAt: last?.access.expiresAt }));
  }

  /** Not before somebody listens. */
  #target(): TargetSummary {
    return summarize(this.#about);
  }
}
