import { elapsedMs, type Instant } from '../ground/clock.js';
import type { TokenOrigin } from '../ground/events.js';
import type { StoredToken } from '../ground/token-store.js';
import { AccessToken } from './access-token.js';
import type { TokenFacts } from './token-facts.js';
import { scheduleToItsEnd, type TokenSchedule } from './token-schedule.js';

/** What the hot path gives, and when. */
export interface HotAnswer {
  /** By the wall clock, ms since the epoch. */
  readonly hotUntil: number;
  /** For how long before that, in ms. */
  readonly dueAfterMs: number;
  /** Settled; one for all callers. */
  readonly served: Promise<string>;
}

/** Closes the hot path: `hotUntil` is always in the past, so `served` is never given. */
export const SHUT: HotAnswer = {
  hotUntil: Number.NEGATIVE_INFINITY,
  dueAfterMs: 0,
  served: Promise.resolve(''),
};

/** A token with its schedule, counted from when it was asked for. */
export class HeldToken implements HotAnswer {
  readonly facts: TokenFacts;
  readonly served: Promise<string>;
  readonly hotUntil: number;
  readonly dueAfterMs: number;
  readonly usableForMs: number;
  readonly source: TokenOrigin;
  #access: AccessToken | undefined;

  constructor(facts: TokenFacts, schedule: TokenSchedule, source: TokenOrigin = 'endpoint') {
    this.facts = facts;
    this.dueAfterMs = schedule.dueAfterMs;
    this.usableForMs = schedule.usableForMs;
    this.source = source;
    this.hotUntil = facts.sentAt.wall + schedule.dueAfterMs;
    this.served = Promise.resolve(facts.value);
  }

  get value(): string {
    return this.facts.value;
  }

  get lifetimeMs(): number {
    return this.facts.lifetimeMs;
  }

  /** What users see of it; made when somebody looks. */
  get access(): AccessToken {
    this.#access ??= this.#show();
    return this.#access;
  }

  /** Its times in whole ms, however its schedule was drawn. */
  #show(): AccessToken {
    const { value, tokenType, scope, sentAt, lifetimeMs } = this.facts;
    const issuedAt = sentAt.wall;
    const dueAt = Math.round(issuedAt + this.dueAfterMs);
    const expiresAt = Math.round(issuedAt + lifetimeMs);
    return new AccessToken(value, { tokenType, scope, issuedAt, dueAt, expiresAt });
  }

  /** The token as a store keeps it. */
  toStored(at: Instant): StoredToken {
    const { sentAt, ...kept } = this.facts;
    return { ...kept, remainingMs: this.remainingMs(at) };
  }

  ageMs(at: Instant): number {
    return elapsedMs(this.facts.sentAt, at);
  }

  /** How long it can still be used: 0 or less once it must not be. */
  usableMs(at: Instant): number {
    return this.usableForMs - this.ageMs(at);
  }

  /** How long the server lets it live. */
  remainingMs(at: Instant): number {
    return this.facts.lifetimeMs - this.ageMs(at);
  }

  /** How long until it should be renewed: 0 or less once it should. */
  freshMs(at: Instant): number {
    return this.dueAfterMs - this.ageMs(at);
  }

  /** Whether it is one that its server gives again until it ends, so that there is no other one before. */
  get isServedToItsEnd(): boolean {
    return this.usableForMs === this.facts.lifetimeMs;
  }

  /** The same token, to be served until its end, `remainingMs` from now. */
  servedToItsEnd(remainingMs: number, at: Instant): HeldToken {
    const lifetimeMs = Math.round(this.ageMs(at) + remainingMs);
    const facts = Object.freeze({ ...this.facts, lifetimeMs, isLifetimeGuessed: false });
    return new HeldToken(facts, scheduleToItsEnd(lifetimeMs), this.source);
  }

  /** The same token, due within `delayMs` at the latest. */
  dueWithin(delayMs: number, at: Instant): HeldToken {
    const dueAfterMs = Math.min(this.dueAfterMs, this.ageMs(at) + delayMs);
    return new HeldToken(this.facts, { dueAfterMs, usableForMs: this.usableForMs }, this.source);
  }
}
