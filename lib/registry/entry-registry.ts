import type { Discovery } from '../documents/discovery.js';
import { Entry } from '../entry/entry.js';
import type { EntryParts, TokenHolder } from '../entry/entry-parts.js';
import { ConfigurationError, ProviderClosedError } from '../ground/errors.js';
import { makeAbortController } from '../ground/runtime/abort-signal.js';
import { allowManyListeners } from '../ground/runtime/many-listeners.js';
import { kindOf } from '../ground/value-kind.js';
import { keyOf, type Target } from '../oauth/target.js';
import type { IssuedToken, TokenRevocation } from '../oauth/token-revocation.js';
import type { CallOptions } from '../options/call-options.js';
import type { Settings } from '../options/settings.js';
import type { TargetQuery } from '../options/target-query.js';
import type { TargetOptions } from '../options/token-provider-options.js';
import type { CarriedFailures } from '../renewal/renewal.js';
import type { Patience } from '../renewal/waiting-room.js';
import { STORE_TIME_MS } from '../sharing/store-guard.js';
import { BoundedMap } from './bounded-map.js';
import type { ClientResolver } from './client-resolver.js';
import { EntryCache } from './entry-cache.js';
import { PendingResolutions } from './pending-resolutions.js';
import { SpellingIndex } from './spelling-index.js';
import type { TokenIndex } from './token-index.js';

/** What all entries share, and what the registry itself needs. */
export interface RegistryParts extends Omit<EntryParts, 'onFlightEnded'> {
  readonly resolver: ClientResolver;
  readonly tokens: TokenIndex<TokenHolder>;
  readonly discovery: Pick<Discovery, 'close'>;
  /** Where tokens are revoked at the end. */
  readonly revocation: Pick<TokenRevocation, 'revokeAll'> | undefined;
  /** How much is kept of entries that were evicted. */
  readonly maxRemembered: number;
}

/** The entries of all targets that were asked for, and the ways to them. */
export class EntryRegistry {
  readonly settings: Settings;
  /** Of calls that say nothing of how to wait. */
  readonly defaultCall: CallOptions;
  readonly #parts: RegistryParts;
  readonly #entryParts: EntryParts;
  readonly #cache: EntryCache<Entry>;
  readonly #spellings = new SpellingIndex<Entry>();
  readonly #carried: BoundedMap<CarriedFailures>;
  readonly #resolutions: PendingResolutions;
  readonly #closing = makeAbortController();

  constructor(parts: RegistryParts) {
    const { settings, aborts, resolver, maxRemembered } = parts;
    this.settings = settings;
    this.defaultCall = Object.freeze({
      signal: undefined,
      maxWaitMs: settings.maxWaitMs,
      minValidityMs: 0,
    });
    this.#parts = parts;
    this.#entryParts = { ...parts, onFlightEnded: (target) => this.#cache.release(() => keyOf(target)) };
    this.#cache = new EntryCache(settings.maxTargets, (entry, key) => this.#evict(entry, key));
    this.#carried = new BoundedMap(maxRemembered);
    // Each resolution under way listens to it: that is no leak.
    allowManyListeners(this.#closing.signal);
    const resolve = (query: TargetQuery) => resolver.resolve(query, this.#closing.signal);
    const onUnclaimed = (query: TargetQuery, target: Target) => void this.ensure(query, target);
    this.#resolutions = new PendingResolutions({ resolve, onUnclaimed }, aborts);
  }

  /** For the hot path: the entry that a call with these options means, if that is known without any work. */
  findSimple(options: TargetOptions): Entry | undefined {
    return this.#spellings.getSimple(options);
  }

  /**
   * The entry that is held.
   * @throws {ConfigurationError} when there is no such client or region
   */
  peek(query: TargetQuery): Entry | undefined {
    const known = this.#spellings.get(query);
    if (known) return known;
    const target = this.#parts.resolver.find(query);
    const entry = target && this.#cache.get(keyOf(target));
    if (entry) this.#spellings.add(query, entry);
    return entry;
  }

  /**
   * The entry that is held, or a new one; `undefined` where `resolveClient` must be asked.
   * @throws {ConfigurationError} when there is no such client or region
   * @throws {ProviderClosedError} after `close()`
   */
  findOrMake(query: TargetQuery): Entry | undefined {
    this.#closing.signal.throwIfAborted();
    const known = this.#spellings.get(query);
    if (known) return known;
    const target = this.#parts.resolver.find(query);
    return target && this.ensure(query, target);
  }

  /** Asks `resolveClient`, once for all callers who ask for the same meanwhile. */
  resolve(query: TargetQuery, patience: Patience): Promise<Target> {
    return this.#resolutions.join(query, patience);
  }

  /** The entry of that target, new if need be. A caller who wants to wait for its token must do so in the same turn. */
  ensure(query: TargetQuery, target: Target): Entry {
    this.#closing.signal.throwIfAborted();
    const key = keyOf(target);
    const entry = this.#cache.get(key) ?? this.#make(key, target);
    this.#spellings.add(query, entry);
    return entry;
  }

  /**
   * Tells the entries that hold this token that an API has rejected it.
   * @throws {ConfigurationError} when it is not a string
   */
  invalidate(token: string): void {
    if (typeof token !== 'string') {
      const kind = kindOf(token);
      throw new ConfigurationError('token', `must be the rejected token itself, a string; got ${kind}.`);
    }
    for (const holder of this.#parts.tokens.holdersOf(token)) holder.invalidate(token);
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  entries(): Iterable<Entry> {
    return this.#cache.values();
  }

  async close(): Promise<void> {
    this.#closing.abort(new ProviderClosedError());
    // First, since closing forgets the tokens, and the addresses of servers.
    const revoked = this.#parts.revocation?.revokeAll(this.#issuedTokens());
    const entries = Array.from(this.entries(), (entry) => entry.close());
    await Promise.all([...entries, this.#parts.discovery.close()]);
    await this.#parts.sharing?.background.ended(STORE_TIME_MS * 2);
    await revoked;
  }

  #issuedTokens(): IssuedToken[] {
    return Array.from(this.entries(), (entry) => {
      const held = entry.peek();
      return held ? [{ target: entry.target, value: held.value }] : [];
    }).flat();
  }

  #make(key: string, target: Target): Entry {
    const entry = new Entry(target, this.#entryParts, this.#carried.remove(key));
    this.#cache.add(key, entry);
    return entry;
  }

  #evict(entry: Entry, key: string): void {
    this.#spellings.delete(entry);
    const carried = entry.evict();
    if (carried) this.#carried.set(key, carried);
  }
}
