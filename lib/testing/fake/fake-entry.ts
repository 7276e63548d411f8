import { describeHealth, type EntryHealth } from '../../entry/entry-health.js';
import { describeEntry, type EntryStatus } from '../../entry/entry-status.js';
import { handOut, refuseUnmet } from '../../entry/unmet-validity.js';
import { type Instant, now } from '../../ground/clock.js';
import { ProviderClosedError, type TokenAttemptError, TokenUnavailableError } from '../../ground/errors.js';
import type { EventEmitter } from '../../ground/event-emitter.js';
import type { RefreshReason, TargetSummary } from '../../ground/events.js';
import { throwIfAborted } from '../../ground/runtime/abort-signal.js';
import type { CallOptions } from '../../options/call-options.js';
import type { ClientQuery } from '../../options/token-provider-options.js';
import type { AccessToken } from '../../token/access-token.js';
import type { HeldToken } from '../../token/held-token.js';
import { TokenSlot } from '../../token/token-slot.js';
import { ended, type FakeTokens } from './fake-token.js';
import { FakeWaiters } from './fake-waiters.js';

/** How long the next attempt is said to be away after a failure, if the error does not say it. ms. */
const DELAY_MS = 1_000;

/** What becomes of renewals: a token, an error, or nothing. */
export type FakeOutcome = FakeTokens | TokenAttemptError | 'hang';

interface Failure {
  readonly error: TokenAttemptError;
  readonly count: number;
  readonly nextAttemptAt: number;
}

/** What is held for one target. Renewals end at once, as the script says; the rest is as it is with the real provider. */
export class FakeEntry {
  readonly #query: ClientQuery;
  readonly #target: TargetSummary;
  readonly #events: EventEmitter;
  readonly #slot = new TokenSlot();
  readonly #waiters = new FakeWaiters<HeldToken>();
  #outcome: FakeOutcome;
  #failure: Failure | undefined;

  constructor(query: ClientQuery, target: TargetSummary, events: EventEmitter, outcome: FakeOutcome) {
    this.#query = query;
    this.#target = target;
    this.#events = events;
    this.#outcome = outcome;
  }

  /** @throws the signal's reason, when it is aborted */
  getToken(call: CallOptions): Promise<string> {
    if (call.signal) throwIfAborted(call.signal);
    const at = this.#noteTime();
    const { minValidityMs } = call;
    const isFresh = this.#slot.stateAt(at) === 'fresh' && !this.#slot.isSuspect;
    if (!isFresh) this.#renew(this.#slot.reasonAt(at));
    const held = this.#slot.usableAt(at);
    if (held && held.usableMs(at) >= minValidityMs) return held.served;
    const refusal = held && refuseUnmet(undefined, held, minValidityMs, at);
    if (refusal) return Promise.reject(refusal);
    this.#renew('min-validity');
    return this.#next(call).then((token) => handOut(token, minValidityMs));
  }

  async refresh(call: CallOptions): Promise<AccessToken> {
    this.#noteTime();
    this.#renew('requested');
    return (await this.#next(call)).access;
  }

  peek(): AccessToken | undefined {
    return this.#slot.usableAt(this.#noteTime())?.access;
  }

  invalidate(token: string): void {
    const at = this.#noteTime();
    const held = this.#slot.usableAt(at);
    if (held?.value !== token || this.#slot.isSuspect) return;
    // As with the real one: where no other token can be had, callers keep the one that they have.
    if (this.#outcome instanceof Error) this.#slot.suspect(held, 0, at);
    else this.#slot.reject(held);
    this.#events.emit('reject', () => ({
      target: this.#target,
      issuedAt: held.access.issuedAt,
      nextAttemptAt: this.#failure?.nextAttemptAt ?? at.wall,
    }));
    this.#renew('rejected');
  }

  status(): EntryStatus {
    const at = this.#noteTime();
    const failure = this.#failure;
    const renewal = {
      state: this.#waiters.isEmpty ? (failure ? 'cooling' : 'idle') : 'flying',
      failuresInARow: failure?.count ?? 0,
      lastError: failure?.error,
      rememberedError: undefined,
      msToNextAttempt: () => failure && failure.nextAttemptAt - at.wall,
    } as const;
    return describeEntry(this.#target, { background: true }, { slot: this.#slot, renewal });
  }

  health(): EntryHealth {
    return describeHealth(this.status(), this.#slot);
  }

  /** From now on renewals come to this, the first of them at once. */
  become(outcome: FakeOutcome): void {
    const reason = this.#slot.reasonAt(this.#noteTime());
    this.#outcome = outcome;
    if (outcome instanceof Error) this.#fail(outcome, reason);
    else this.#renew(reason);
  }

  /** Ends the token that is held. */
  expire(): void {
    const at = this.#noteTime();
    const held = this.#slot.usableAt(at);
    if (!held) return;
    this.#slot.put(ended(held));
    this.#noteTime();
  }

  close(): void {
    this.#slot.clear();
    this.#waiters.fail(new ProviderClosedError());
  }

  #renew(reason: RefreshReason): void {
    const outcome = this.#outcome;
    if (outcome === 'hang') return;
    if (!(outcome instanceof Error)) this.#hold(outcome.next(this.#query), reason);
    else if (this.#failure?.error !== outcome) this.#fail(outcome, reason);
  }

  #hold(held: HeldToken, reason: RefreshReason): void {
    this.#slot.put(held);
    this.#failure = undefined;
    this.#waiters.serve(held);
    this.#events.emit('refresh', () => ({
      target: this.#target,
      reason,
      scope: held.access.scope,
      expiresAt: held.access.expiresAt,
      dueAt: held.access.dueAt,
      durationMs: 0,
      attempts: 1,
      source: held.source,
    }));
  }

  #fail(error: TokenAttemptError, reason: RefreshReason): void {
    const at = now();
    const nextAttemptAt = at.wall + (error.retryAfterMs ?? DELAY_MS);
    this.#failure = { error, count: (this.#failure?.count ?? 0) + 1, nextAttemptAt };
    this.#waiters.fail(this.#refusal(error));
    const usableMs = this.#slot.usableMs(at);
    this.#events.emit('failure', () => ({
      target: this.#target,
      reason,
      error,
      attempts: 1,
      permanent: error.permanent,
      nextAttemptAt,
      usableUntil: usableMs > 0 ? at.wall + usableMs : undefined,
    }));
  }

  /** What a renewal that was just tried has brought, or the wait for it. */
  async #next(call: CallOptions): Promise<HeldToken> {
    const outcome = this.#outcome;
    if (outcome === 'hang') return this.#waiters.enter(call.signal);
    if (outcome instanceof Error) throw this.#refusal(outcome);
    return this.#slot.last as HeldToken;
  }

  /** What callers get: an error that will pass is the cause of theirs. */
  #refusal(error: TokenAttemptError): Error {
    if (error.permanent) return error;
    return new TokenUnavailableError('No token could be had.', this.#failure?.nextAttemptAt, error);
  }

  #noteTime(): Instant {
    const at = now();
    this.#slot.expire(at);
    const held = this.#slot.takeExpiry();
    if (held) {
      this.#events.emit('expire', () => ({
        target: this.#target,
        expiresAt: held.access.expiresAt,
        lastError: this.#failure?.error,
      }));
    }
    return at;
  }
}
