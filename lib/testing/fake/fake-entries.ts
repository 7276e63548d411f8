import type { EventEmitter } from '../../ground/event-emitter.js';
import type { TargetSummary } from '../../ground/events.js';
import type { TargetQuery } from '../../options/target-query.js';
import { FakeEntry } from './fake-entry.js';
import type { FakeOutcome } from './fake-renewal.js';

/** Nobody is there (RFC 6761 §6.4). */
export const FAKE_ORIGIN = 'https://fake.invalid';

/** Of a target that names no scope or resource. */
const NONE: readonly string[] = Object.freeze([]);

/** The entries of all targets that were asked for, each with a script of its own or the one that is for all. */
export class FakeEntries {
  readonly #clientId: string;
  readonly #events: EventEmitter;
  readonly #entries = new Map<string, FakeEntry>();
  #outcome: FakeOutcome;
  #isClosed = false;

  constructor(clientId: string, events: EventEmitter, outcome: FakeOutcome) {
    this.#clientId = clientId;
    this.#events = events;
    this.#outcome = outcome;
  }

  get all(): readonly FakeEntry[] {
    return [...this.#entries.values()];
  }

  /** The one that was asked for before, if it was. */
  find(query: TargetQuery): FakeEntry | undefined {
    return this.#entries.get(this.#keyOf(query));
  }

  /** Any client and any region will do. */
  ensure(query: TargetQuery): FakeEntry {
    const found = this.find(query);
    if (found) return found;
    const about = { ...query, clientId: query.clientId ?? this.#clientId };
    const entry = new FakeEntry(about, this.summarize(query), this.#events, this.#outcome);
    this.#entries.set(this.#keyOf(query), entry);
    return entry;
  }

  /** What events and `status()` call the target. */
  summarize({
    clientId = this.#clientId,
    region,
    scope = NONE,
    resource = NONE,
  }: TargetQuery): TargetSummary {
    const path = region === undefined ? '/token' : `/${encodeURIComponent(region)}/token`;
    return Object.freeze({ tokenEndpoint: FAKE_ORIGIN + path, clientId, scope, resource });
  }

  /**
   * Sets what becomes of the renewals of that target, or of all, also of those that are not there yet.
   * @throws what the user's function throws first, once all are directed
   */
  direct(outcome: FakeOutcome, query: TargetQuery | undefined): void {
    if (this.#isClosed) return;
    if (!query) this.#outcome = outcome;
    const thrown: unknown[] = [];
    for (const entry of query ? [this.ensure(query)] : this.all) {
      try {
        entry.become(outcome);
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    for (const entry of this.all) entry.close();
  }

  /** Two spellings of one target have the same. */
  #keyOf({ clientId = this.#clientId, region, scope = NONE, resource = NONE }: TargetQuery): string {
    return JSON.stringify([clientId, region ?? null, scope, resource]);
  }
}
