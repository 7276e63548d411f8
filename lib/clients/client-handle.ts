import type { AccessToken } from '../access-token.js';
import { elapsedMs, now } from '../clock.js';
import type { Client } from '../endpoint/token-endpoint.js';
import { readWish, type Settings, type Wish } from '../options/read-settings.js';
import type { TargetQuery } from '../options/read-target.js';
import type { WaitOptions } from '../options/token-provider-options.js';
import type { Entry } from '../refresh/entry.js';
import type { Patience } from '../refresh/waiting-room.js';

/** Finds the entry of a target. */
export interface EntryFinder {
  readonly settings: Settings;
  readonly plainWish: Wish;
  /** The one that is held. */
  peek(query: TargetQuery): Entry | undefined;
  /** The one that is held, or a new one; `undefined` where somebody must be asked first. */
  find(query: TargetQuery): Entry | undefined;
  /** Asks somebody. */
  resolve(query: TargetQuery, patience: Patience): Promise<Client>;
  /** The entry of that client, new if need be. Whoever wants to wait for its token must do so in the same turn. */
  ensure(query: TargetQuery, client: Client): Entry;
}

/** The tokens of one target, with the looking up already done. */
export class ClientHandle {
  readonly #finder: EntryFinder;
  readonly #query: TargetQuery;
  #entry: Entry | undefined;
  /** Another handle of the same entry. */
  #sibling: ClientHandle | undefined;

  constructor(finder: EntryFinder, query: TargetQuery, entry?: Entry, sibling?: ClientHandle) {
    this.#finder = finder;
    this.#query = query;
    this.#entry = entry;
    this.#sibling = sibling;
  }

  /** @internal */
  static entryOf(handle: ClientHandle | undefined): Entry | undefined {
    return handle === undefined ? undefined : handle.#entry;
  }

  /** @internal */
  static *queriesOf(first: ClientHandle | undefined): Generator<TargetQuery> {
    for (let handle = first; handle; handle = handle.#sibling) yield handle.#query;
  }

  /**
   * Lets go the handle that comes after so many, if there is one, and gives its query.
   * @internal
   */
  static dropAfter(first: ClientHandle, count: number): TargetQuery | undefined {
    let last = first;
    for (let seen = 1; seen < count && last.#sibling; seen += 1) last = last.#sibling;
    const dropped = last.#sibling;
    last.#sibling = undefined;
    return dropped === undefined ? undefined : dropped.#query;
  }

  /** As {@link TokenProvider.getToken}, of this target. */
  getToken(options?: WaitOptions): Promise<string> {
    if (options !== undefined) return this.#getTokenWith(options);
    return this.#entry?.hotToken() ?? this.getTokenFor(this.#finder.plainWish);
  }

  /** As {@link TokenProvider.peek}, of this target. */
  peek(): AccessToken | undefined {
    return this.#held()?.peek();
  }

  /** As {@link TokenProvider.refresh}, of this target. */
  refresh(): Promise<AccessToken> {
    return this.#withEntry(this.#finder.plainWish, (entry, wish) => entry.refresh(wish));
  }

  /** @internal */
  getTokenFor(wish: Wish): Promise<string> {
    return this.#withEntry(wish, (entry, left) => entry.getToken(left));
  }

  async #getTokenWith(options: WaitOptions): Promise<string> {
    return this.getTokenFor(readWish(options, this.#finder.settings));
  }

  #held(): Entry | undefined {
    if (!this.#entry || this.#entry.isClosed) this.#entry = this.#finder.peek(this.#query);
    return this.#entry;
  }

  #withEntry<T>(wish: Wish, work: (entry: Entry, wish: Wish) => Promise<T>): Promise<T> {
    try {
      this.#entry = this.#held() ?? this.#finder.find(this.#query);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#entry ? work(this.#entry, wish) : this.#resolve(wish, work);
  }

  /** Being told about the client counts as waiting. */
  async #resolve<T>(wish: Wish, work: (entry: Entry, wish: Wish) => Promise<T>): Promise<T> {
    if (wish.signal?.aborted) throw wish.signal.reason;
    const since = now();
    const client = await this.#finder.resolve(this.#query, wish);
    const entry = this.#finder.ensure(this.#query, client);
    this.#entry = entry;
    return work(entry, { ...wish, maxWaitMs: Math.max(0, wish.maxWaitMs - elapsedMs(since)) });
  }
}
