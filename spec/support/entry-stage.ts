import { Entry } from '../../lib/entry/entry.js';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES, type EventName } from '../../lib/ground/events.js';
import type { Target } from '../../lib/oauth/target.js';
import { TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';
import { TokenIndex } from '../../lib/registry/token-index.js';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { ScriptedServer } from './scripted-server.js';
import { settings } from './settings.js';

/** Entries of any target, also of one that no option can name, in front of a scripted server. */
export class EntryStage {
  readonly server = new ScriptedServer();
  readonly events: [EventName, Record<string, unknown>][] = [];
  /** The addresses for which a retry budget was asked for. */
  readonly budgets: string[] = [];
  readonly #entries: Entry[] = [];
  readonly #make: (target: Target) => Entry;

  constructor(options: Partial<TokenProviderOptions> = {}) {
    const tuned = settings({ http: this.server.http, ...options });
    const events = new EventEmitter(EVENT_NAMES);
    for (const name of ['refresh', 'failure', 'retry'] as const)
      events.on(name, (event) => this.events.push([name, { ...event }]));
    const budgetFor = (address: string): RetryBudget => {
      this.budgets.push(address);
      return new RetryBudget();
    };
    const parts = {
      settings: tuned,
      events,
      provider: this,
      endpoint: new TokenEndpoint(tuned),
      queue: new RequestQueue(tuned.maxConcurrentRequests),
      budgetFor,
      sharing: undefined,
      aborts: new AbortWatch(),
      tokens: new TokenIndex<object>(),
      onFlightEnded: () => undefined,
    };
    this.#make = (target) => new Entry(target, parts);
  }

  entry(target: Target): Entry {
    const entry = this.#make(target);
    this.#entries.push(entry);
    return entry;
  }

  /** A caller who waits for a token of this entry. */
  get(entry: Entry, maxWaitMs = 30_000): Promise<string> {
    return entry.getToken({ signal: undefined, maxWaitMs, minValidityMs: 0 });
  }

  heard(name: EventName): Record<string, unknown>[] {
    return this.events.filter(([heard]) => heard === name).map(([, event]) => event);
  }

  /** The forms that were sent, as they can be read. */
  get forms(): URLSearchParams[] {
    return this.server.requests.map(({ config }) => new URLSearchParams(String(config.data)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#entries.map((entry) => entry.close()));
  }
}
