import { now } from '../ground/clock.js';
import { watchWait } from '../ground/diagnostics/wait-channel.js';
import type { TokenAttemptError } from '../ground/errors.js';
import type { EventEmitter } from '../ground/event-emitter.js';
import type { TargetSummary } from '../ground/events.js';
import { summarize, type Target } from '../oauth/target.js';
import type { RenewalStep } from '../renewal/renewal.js';
import type { HeldToken } from '../token/held-token.js';
import type { EntryParts } from './entry-parts.js';

type Step<Kind extends RenewalStep<HeldToken>['is']> = Extract<RenewalStep<HeldToken>, { is: Kind }>;

/** Tells listeners what happens to one entry, in the words of its events. */
export class EntryEvents {
  readonly #events: EventEmitter;
  readonly #provider: object;
  readonly #about: Target;

  constructor({ events, provider }: Pick<EntryParts, 'events' | 'provider'>, target: Target) {
    this.#events = events;
    this.#provider = provider;
    this.#about = target;
  }

  /** Tells of a caller's wait, once that is over. Gives the same promise. */
  waiting<Held>(wait: Promise<Held>): Promise<Held> {
    return watchWait(wait, () => ({ provider: this.#provider, target: this.#target() }));
  }

  refreshed({ held, reason, attempts, durationMs }: Step<'renewed'>): void {
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

  failed({ error, reason, attempts, delayMs }: Step<'failed'>, usableMs: number): void {
    const { wall } = now();
    this.#events.emit('failure', () => ({
      target: this.#target(),
      reason,
      error,
      attempts,
      permanent: error.permanent,
      nextAttemptAt: wall + delayMs,
      usableUntil: usableMs > 0 ? wall + usableMs : undefined,
    }));
  }

  retried({ reason, error, attempt, delayMs }: Step<'retrying'>): void {
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

  /** Made only when a listener is there. */
  #target(): TargetSummary {
    return summarize(this.#about);
  }
}
