import { AccessToken } from '../access-token.js';
import { elapsedMs, type Instant } from '../clock.js';
import type { TokenAnswer } from '../endpoint/token-endpoint.js';
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
  readonly access: AccessToken;
  readonly served: Promise<string>;
  readonly hotFrom: number;
  readonly hotUntil: number;
  readonly sentAt: Instant;
  readonly lifetimeMs: number;
  /** Whether the server named no lifetime. */
  readonly isLifetimeGuessed: boolean;
  readonly dueAfterMs: number;
  readonly usableForMs: number;
  readonly #answer: TokenAnswer;

  constructor(answer: TokenAnswer, schedule: TokenSchedule) {
    this.#answer = answer;
    const { value, sentAt, lifetimeMs } = answer;
    this.sentAt = sentAt;
    this.lifetimeMs = lifetimeMs;
    this.isLifetimeGuessed = answer.isLifetimeGuessed;
    this.dueAfterMs = schedule.dueAfterMs;
    this.usableForMs = schedule.usableForMs;
    this.access = new AccessToken(value, {
      tokenType: answer.tokenType,
      scope: answer.scope,
      issuedAt: sentAt.wall,
      dueAt: Math.round(sentAt.wall + schedule.dueAfterMs),
      expiresAt: Math.round(sentAt.wall + lifetimeMs),
    });
    this.hotFrom = sentAt.wall;
    this.hotUntil = sentAt.wall + schedule.dueAfterMs;
    this.served = Promise.resolve(value);
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
    return new HeldToken(this.#answer, { dueAfterMs, usableForMs: this.usableForMs });
  }
}
