import { AccessToken } from '../access-token.js';
import { elapsedMs, type Instant } from '../clock.js';
import type { TokenAnswer as TokenFacts } from '../endpoint/token-endpoint.js';
import type { TokenOrigin } from '../events.js';
import type { StoredToken } from '../options/token-store.js';
import type { TokenSchedule } from './schedule.js';

/** What the hot path gives, and when by the wall clock. */
export interface HotAnswer {
  readonly hotFrom: number;
  readonly hotUntil: number;
  /** Settled; one for all callers. */
  readonly served: Promise<string>;
}

/** A token with its schedule, counted from when it was asked for. */
export class HeldToken implements HotAnswer {
  readonly value: string;
  readonly served: Promise<string>;
  readonly hotFrom: number;
  readonly hotUntil: number;
  readonly sentAt: Instant;
  readonly lifetimeMs: number;
  /** Whether the server named no lifetime. */
  readonly isLifetimeGuessed: boolean;
  readonly dueAfterMs: number;
  readonly usableForMs: number;
  readonly source: TokenOrigin;
  readonly #tokenType: string;
  readonly #scope: string | undefined;
  #access: AccessToken | undefined;

  constructor(facts: TokenFacts, schedule: TokenSchedule, source: TokenOrigin = 'endpoint') {
    const { value, sentAt, lifetimeMs } = facts;
    this.sentAt = sentAt;
    this.lifetimeMs = lifetimeMs;
    this.isLifetimeGuessed = facts.isLifetimeGuessed;
    this.dueAfterMs = schedule.dueAfterMs;
    this.usableForMs = schedule.usableForMs;
    this.source = source;
    this.value = value;
    this.#tokenType = facts.tokenType;
    this.#scope = facts.scope;
    this.hotFrom = sentAt.wall;
    this.hotUntil = sentAt.wall + schedule.dueAfterMs;
    this.served = Promise.resolve(value);
  }

  /** What users see of it; made when somebody looks. */
  get access(): AccessToken {
    const { wall } = this.sentAt;
    this.#access ??= new AccessToken(this.value, {
      tokenType: this.#tokenType,
      scope: this.#scope,
      issuedAt: wall,
      dueAt: Math.round(wall + this.dueAfterMs),
      expiresAt: Math.round(wall + this.lifetimeMs),
    });
    return this.#access;
  }

  /** For a store. */
  toStored(at: Instant): StoredToken {
    const { value, lifetimeMs, isLifetimeGuessed } = this;
    const remainingMs = this.remainingMs(at);
    return {
      value,
      tokenType: this.#tokenType,
      scope: this.#scope,
      lifetimeMs,
      isLifetimeGuessed,
      remainingMs,
    };
  }

  ageMs(at: Instant): number {
    return elapsedMs(this.sentAt, at);
  }

  /** How long it can still be used: 0 or less once it must not be. */
  usableMs(at: Instant): number {
    return this.usableForMs - this.ageMs(at);
  }

  /** How long the server lets it live. */
  remainingMs(at: Instant): number {
    return this.lifetimeMs - this.ageMs(at);
  }

  /** How long until it should be renewed: 0 or less once it should. */
  freshMs(at: Instant): number {
    return this.dueAfterMs - this.ageMs(at);
  }

  /** The same token, due within `delayMs` at the latest. */
  dueWithin(delayMs: number, at: Instant): HeldToken {
    const dueAfterMs = Math.min(this.dueAfterMs, this.ageMs(at) + delayMs);
    const { value, sentAt, lifetimeMs, isLifetimeGuessed, usableForMs } = this;
    const facts = {
      value,
      tokenType: this.#tokenType,
      scope: this.#scope,
      lifetimeMs,
      isLifetimeGuessed,
      sentAt,
    };
    return new HeldToken(facts, { dueAfterMs, usableForMs }, this.source);
  }
}
