import { describeHealth, type EntryHealth } from '../../entry/entry-health.js';
import { describeEntry, type EntryStatus } from '../../entry/entry-status.js';
import { Rejections } from '../../entry/rejections.js';
import { handOut, noteUnmet, refuseUnmet, type UnmetValidity } from '../../entry/unmet-validity.js';
import { type Instant, now, wallNow } from '../../ground/clock.js';
import { ProviderClosedError, type TokenAttemptError } from '../../ground/errors.js';
import type { EventEmitter } from '../../ground/event-emitter.js';
import type { RefreshReason, TargetSummary } from '../../ground/events.js';
import { throwIfAborted } from '../../ground/runtime/abort-signal.js';
import type { CallOptions } from '../../options/call-options.js';
import { readSettings } from '../../options/settings.js';
import type { ClientQuery } from '../../options/token-provider-options.js';
import type { AccessToken } from '../../token/access-token.js';
import type { HeldToken } from '../../token/held-token.js';
import { TokenSlot } from '../../token/token-slot.js';
import { FakeEntryEvents } from './fake-entry-events.js';
import { type FakeOutcome, FakeRenewal, type FakeRenewalOwner } from './fake-renewal.js';
import { ended } from './fake-token.js';

/** Of the real one, without options. */
const { defaultLifetimeMs } = readSettings({});

/** What is held for one target. Renewals end at once, as the script says; the rest is as it is with the real provider. */
export class FakeEntry implements FakeRenewalOwner {
  readonly #target: TargetSummary;
  readonly #tell: FakeEntryEvents;
  readonly #slot = new TokenSlot();
  readonly #renewal: FakeRenewal;
  readonly #rejections = new Rejections();
  #unmet: UnmetValidity;
  #askedAt = wallNow();
  /** For so long after a call is the token wanted: as long as the last one lived when it came. ms. */
  #wantedMs = defaultLifetimeMs;
  #isClosed = false;

  constructor(query: ClientQuery, target: TargetSummary, events: EventEmitter, outcome: FakeOutcome) {
    this.#target = target;
    this.#tell = new FakeEntryEvents(events, target);
    this.#renewal = new FakeRenewal(query, this, outcome);
  }

  /** @throws the signal's reason, when it is aborted */
  getToken(call: CallOptions): Promise<string> {
    if (call.signal) throwIfAborted(call.signal);
    const at = this.#noteCall();
    const { minValidityMs } = call;
    const held = this.#slot.usableAt(at);
    if (held && held.usableMs(at) >= minValidityMs) return (this.#renewDue(at) ?? held).served;
    const refusal = held && refuseUnmet(this.#unmet, held, minValidityMs, at);
    if (refusal) return Promise.reject(refusal);
    const next = this.#waitForNext(held ? 'min-validity' : this.#slot.reasonAt(at), call, at);
    return next.then((token) => {
      this.#unmet = noteUnmet(this.#unmet, token, minValidityMs);
      return handOut(token, minValidityMs);
    });
  }

  async refresh(call: CallOptions): Promise<AccessToken> {
    const held = await this.#waitForNext('requested', call, this.#noteCall());
    return held.access;
  }

  peek(): AccessToken | undefined {
    return this.#slot.usableAt(this.#noteTime())?.access;
  }

  invalidate(token: string): void {
    const at = this.#noteTime();
    const held = this.#slot.usableAt(at);
    if (held?.value !== token || this.#slot.isSuspect) return;
    const pacedMs = this.#rejections.note(held.ageMs(at), at);
    const waitMs = Math.max(pacedMs, this.#msToNextAttempt(at) ?? 0);
    // As with the real one: where no renewal can start now, callers keep the token that they have.
    if (waitMs > 0) this.#slot.suspect(held, waitMs, at);
    else this.#slot.reject(held);
    if (waitMs === 0 && !this.#renewal.isFlying) this.#renewal.start('rejected');
    this.#tell.rejected(held, at.wall + waitMs);
  }

  status(): EntryStatus {
    const at = this.#noteTime();
    const waitMs = this.#msToNextAttempt(at);
    const renewal = {
      state: this.#renewal.isFlying ? 'flying' : waitMs === undefined ? 'idle' : 'cooling',
      failuresInARow: this.#renewal.failures.count,
      lastError: this.#renewal.failures.lastError,
      rememberedError: undefined,
      msToNextAttempt: () => waitMs,
    } as const;
    return describeEntry(this.#target, { background: true }, { slot: this.#slot, renewal });
  }

  health(): EntryHealth {
    const isWanted = this.#renewal.isAwaited || this.#isWanted(now());
    return describeHealth(this.status(), { isSuspect: this.#slot.isSuspect, isWanted });
  }

  /** From now on renewals come to this, the first of them at once: also one that has taken for ever so far. */
  become(outcome: FakeOutcome): void {
    const at = this.#noteTime();
    this.#renewal.finish();
    if (this.#isClosed) return;
    this.#renewal.become(outcome, this.#slot.reasonAt(at));
  }

  /** Ends the token that is held. */
  expire(): void {
    this.#renewal.finish();
    const at = this.#noteTime();
    const held = this.#slot.usableAt(at);
    if (!held) return;
    this.#slot.put(ended(held));
    this.#noteTime();
  }

  /** For good: nothing brings it back to life. */
  close(): void {
    this.#isClosed = true;
    this.#slot.clear();
    this.#renewal.stop(new ProviderClosedError());
  }

  onStarted(reason: RefreshReason, at: Instant): void {
    if (reason === 'rejected') this.#rejections.noteForced(at);
  }

  onRenewed(held: HeldToken, reason: RefreshReason): void {
    this.#slot.put(held);
    this.#wantedMs = held.lifetimeMs;
    this.#unmet = undefined;
    this.#tell.refreshed(held, reason);
  }

  onFailed(error: TokenAttemptError, reason: RefreshReason, at: Instant): void {
    const delayMs = this.#renewal.failures.msLeft(at);
    this.#tell.failed({ error, reason, delayMs, usableMs: this.#slot.usableMs(at) }, at);
  }

  /** What a renewal has brought just now, where the token is due. The real one renews it in the background. */
  #renewDue(at: Instant): HeldToken | undefined {
    const isDue = this.#slot.stateAt(at) === 'due';
    if (!isDue || this.#renewal.isFlying || this.#renewal.refusalAt(at)) return undefined;
    return this.#renewal.tryNow(this.#slot.reasonAt(at));
  }

  #waitForNext(reason: RefreshReason, call: CallOptions, at: Instant): Promise<HeldToken> {
    if (this.#isClosed) return Promise.reject(new ProviderClosedError());
    if (!this.#renewal.isFlying) {
      const refusal = this.#renewal.refusalAt(at);
      if (refusal) return Promise.reject(refusal);
      this.#renewal.start(reason);
    }
    return this.#renewal.wait(call);
  }

  /** `undefined` where only a call starts it: the real one, too, tries no further once nobody has asked for long. */
  #msToNextAttempt(at: Instant): number | undefined {
    const { isFlying, failures } = this.#renewal;
    if (isFlying || this.#isClosed || failures.count === 0) return undefined;
    const leftMs = failures.msLeft(at);
    return leftMs > 0 || (this.#isWanted(at) && this.#slot.stateAt(at) !== 'fresh') ? leftMs : undefined;
  }

  #isWanted(at: Instant): boolean {
    // After the clock was set back, the last call would seem to be one of the future.
    this.#askedAt = Math.min(this.#askedAt, at.wall);
    return at.wall - this.#askedAt < this.#wantedMs;
  }

  #noteCall(): Instant {
    const at = this.#noteTime();
    this.#askedAt = at.wall;
    return at;
  }

  #noteTime(): Instant {
    const at = now();
    this.#slot.expire(at);
    const held = this.#slot.takeExpiry();
    if (held) this.#tell.expired(held, this.#renewal.failures.lastError);
    return at;
  }
}
