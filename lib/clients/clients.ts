import { setMaxListeners } from 'node:events';
import { BoundedMap } from '../cache/bounded-map.js';
import { EntryCache } from '../cache/entry-cache.js';
import { type Client, TokenEndpoint } from '../endpoint/token-endpoint.js';
import { ProviderClosedError, TokenUnavailableError } from '../errors.js';
import type { Events } from '../events.js';
import type { Settings, Wish } from '../options/read-settings.js';
import type { TargetQuery } from '../options/read-target.js';
import type { TargetOptions } from '../options/token-provider-options.js';
import { AbortWatch } from '../refresh/abort-watch.js';
import { Background } from '../refresh/background.js';
import { Entry } from '../refresh/entry.js';
import type { Aftermath } from '../refresh/renewal.js';
import { RequestQueue } from '../refresh/request-queue.js';
import { RetryBudget } from '../refresh/retry-budget.js';
import { STORE_TIME_MS, StoreAccess } from '../refresh/store-access.js';
import { TokenIndex } from '../refresh/token-index.js';
import type { UpkeepParts } from '../refresh/upkeep.js';
import { type Patience, WaitingRoom } from '../refresh/waiting-room.js';
import { keyOf } from '../target.js';
import type { ClientDirectory } from './client-directory.js';
import { ClientHandle, type EntryFinder } from './client-handle.js';
import { QueryIndex, queryKey } from './query-index.js';

/** So many ways to ask for one target are remembered. */
const MAX_SPELLINGS = 32;
/** What is remembered of targets that were evicted, and of token endpoints, is that of so many, or `maxClients` if more. */
const MIN_REMEMBERED = 1_000;

/** The entries of all targets that were asked for, and the ways to them. */
export class Clients implements EntryFinder {
  readonly settings: Settings;
  readonly plainWish: Wish;
  readonly #directory: ClientDirectory;
  readonly #parts: UpkeepParts;
  readonly #cache: EntryCache<Entry>;
  readonly #index = new QueryIndex<ClientHandle>();
  readonly #spellings = new Map<Entry, ClientHandle>();
  readonly #resolutions = new Map<string, WaitingRoom<Client>>();
  readonly #aftermaths: BoundedMap<Aftermath>;
  readonly #aborts = new AbortWatch();
  readonly #background = new Background();
  readonly #closing = new AbortController();

  constructor(directory: ClientDirectory, settings: Settings, events: Events) {
    this.settings = settings;
    this.plainWish = Object.freeze({ signal: undefined, maxWaitMs: settings.maxWaitMs, minValidityMs: 0 });
    this.#directory = directory;
    // One listener for each resolution under way is no leak.
    setMaxListeners(0, this.#closing.signal);
    const most = Math.max(settings.maxClients, MIN_REMEMBERED);
    const budgets = new BoundedMap<RetryBudget>(most);
    this.#parts = {
      settings,
      events,
      endpoint: new TokenEndpoint(settings),
      queue: new RequestQueue(settings.maxConcurrentRequests),
      budgetFor: (address) => budgets.ensure(address, () => new RetryBudget()),
      tokens: new TokenIndex(),
      aborts: this.#aborts,
      sharing: settings.store && {
        access: new StoreAccess(settings.store, events),
        settings,
        events,
        background: this.#background,
      },
      onLanded: ({ target }) => this.#cache.release(() => keyOf(target)),
    };
    this.#aftermaths = new BoundedMap(most);
    this.#cache = new EntryCache(settings.maxClients, (entry, key) => this.#evict(entry, key));
  }

  /** For the hot path. */
  handleOf(options: TargetOptions): ClientHandle | undefined {
    return this.#index.getSimple(options);
  }

  handle(query: TargetQuery): ClientHandle {
    return this.#index.get(query) ?? new ClientHandle(this, query);
  }

  /** Tells whoever holds this token that an API has rejected it. */
  invalidate(token: string): void {
    for (const holder of this.#parts.tokens.holdersOf(token)) holder.invalidate(token);
  }

  entries(): Iterable<Entry> {
    return this.#cache.values();
  }

  peek(query: TargetQuery): Entry | undefined {
    const known = ClientHandle.entryOf(this.#index.get(query));
    if (known) return known;
    const client = this.#directory.find(query);
    const entry = client && this.#cache.get(keyOf(client.target));
    if (entry) this.#learn(query, entry);
    return entry;
  }

  find(query: TargetQuery): Entry | undefined {
    this.#closing.signal.throwIfAborted();
    const known = ClientHandle.entryOf(this.#index.get(query));
    if (known) return known;
    const client = this.#directory.find(query);
    return client && this.ensure(query, client);
  }

  /** Asks `resolveClient`, once for all who ask for the same meanwhile. */
  resolve(query: TargetQuery, patience: Patience): Promise<Client> {
    const key = queryKey(query);
    const room = this.#resolutions.get(key) ?? this.#startResolution(key, query);
    return room.enter(
      patience,
      () =>
        new TokenUnavailableError(
          `resolveClient gave no answer within ${patience.maxWaitMs} ms (maxWaitMs).`,
        ),
    );
  }

  ensure(query: TargetQuery, client: Client): Entry {
    this.#closing.signal.throwIfAborted();
    const key = keyOf(client.target);
    const entry = this.#cache.get(key) ?? this.#make(key, client);
    this.#learn(query, entry);
    return entry;
  }

  async close(): Promise<void> {
    this.#closing.abort(new ProviderClosedError());
    await Promise.all(Array.from(this.entries(), (entry) => entry.close()));
    await this.#background.ended(STORE_TIME_MS * 2);
  }

  /** What it gives is kept even where nobody has waited for so long: the next caller need not ask again. */
  #startResolution(key: string, query: TargetQuery): WaitingRoom<Client> {
    const room = new WaitingRoom<Client>(this.#aborts);
    this.#resolutions.set(key, room);
    const serve = (client: Client): void => {
      if (room.isEmpty) this.ensure(query, client);
      room.serve(client);
      // Only then the first of them have woken up, and whoever comes finds what they found.
      queueMicrotask(() => {
        this.#resolutions.delete(key);
        room.serve(client);
      });
    };
    const fail = (error: unknown): void => {
      this.#resolutions.delete(key);
      room.fail(error);
    };
    this.#directory.resolve(query, this.#closing.signal).then(serve).catch(fail);
    return room;
  }

  #make(key: string, client: Client): Entry {
    const entry = new Entry(client, this.#parts, this.#aftermaths.take(key));
    this.#cache.add(key, entry);
    return entry;
  }

  #learn(query: TargetQuery, entry: Entry): void {
    if (this.#index.get(query)) return;
    const handle = new ClientHandle(this, query, entry, this.#spellings.get(entry));
    const forgotten = ClientHandle.dropAfter(handle, MAX_SPELLINGS);
    if (forgotten) this.#index.delete(forgotten);
    this.#spellings.set(entry, handle);
    this.#index.set(query, handle);
  }

  #forget(entry: Entry): void {
    for (const query of ClientHandle.queriesOf(this.#spellings.get(entry))) this.#index.delete(query);
    this.#spellings.delete(entry);
  }

  #evict(entry: Entry, key: string): void {
    this.#forget(entry);
    const aftermath = entry.evict();
    if (aftermath) this.#aftermaths.set(key, aftermath);
  }
}
