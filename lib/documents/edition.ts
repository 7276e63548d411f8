import { elapsedMs, type Instant } from '../ground/clock.js';
import type { Settings } from '../options/settings.js';
import type { Renewable } from '../renewal/renewal.js';
import { scheduleToken } from '../token/token-schedule.js';

/** A document as its server has given it. */
export interface FetchedDocument<Content> {
  readonly content: Content;
  /** When it was asked for. */
  readonly sentAt: Instant;
  /** For how long the server, or the default, says that it is good, in ms. */
  readonly lifetimeMs: number;
}

/** Documents are renewed as tokens are: at half of their life, and no more than 20 minutes ahead of its end. */
const AHEAD: Pick<Settings, 'aheadMs' | 'fraction'> = { aheadMs: 1_200_000, fraction: 0.5 };

/** One edition of a document that a server publishes: good for its lifetime, and for a while after that if no newer one can be had. */
export class Edition<Content> implements Renewable {
  readonly source = 'endpoint';
  readonly content: Content;
  /** When it is to be renewed: ms since the epoch, by the wall clock. */
  readonly dueAt: number;
  /** Until when it can be used at all. */
  readonly usableUntil: number;
  readonly lifetimeMs: number;
  readonly #sentAt: Instant;
  readonly #dueAfterMs: number;
  readonly #usableForMs: number;

  /** @param maxStaleMs - for how long it may be used beyond its lifetime */
  constructor({ content, sentAt, lifetimeMs }: FetchedDocument<Content>, maxStaleMs: number) {
    this.content = content;
    this.lifetimeMs = lifetimeMs;
    this.#sentAt = sentAt;
    this.#dueAfterMs = scheduleToken(lifetimeMs, AHEAD, Math.random).dueAfterMs;
    this.#usableForMs = lifetimeMs + maxStaleMs;
    this.dueAt = sentAt.wall + this.#dueAfterMs;
    this.usableUntil = sentAt.wall + this.#usableForMs;
  }

  /** How long ago it was asked for, by the clock that ran further. */
  ageMs(at: Instant): number {
    return elapsedMs(this.#sentAt, at);
  }

  /** How long until it is to be renewed; 0 or less once it is. */
  freshMs(at: Instant): number {
    return this.#dueAfterMs - this.ageMs(at);
  }

  /** How long it can still be used; 0 or less once it cannot. */
  usableMs(at: Instant): number {
    return this.#usableForMs - this.ageMs(at);
  }

  /** Whether it is surely not yet due, by one look at the wall clock. After that was set back, it is not sure. */
  isSurelyFresh(wall: number): boolean {
    return wall >= this.#sentAt.wall && wall < this.dueAt;
  }
}
