import type { Entry } from '../entry/entry.js';
import { Countdown } from '../ground/countdown.js';
import { throwIfAborted } from '../ground/runtime/abort-signal.js';
import { type CallOptions, readGetTokenOptions, readWaitOptions } from '../options/call-options.js';
import type { TargetQuery } from '../options/target-query.js';
import type { GetTokenOptions, WaitOptions } from '../options/token-provider-options.js';
import type { AccessToken } from '../token/access-token.js';
import type { ClientHandle } from './client-handle.js';
import type { EntryRegistry } from './entry-registry.js';

/** The entry of one target, looked up when it is first needed. */
export class EntryHandle implements ClientHandle {
  readonly #registry: EntryRegistry;
  readonly #query: TargetQuery;
  #entry: Entry | undefined;

  constructor(registry: EntryRegistry, query: TargetQuery) {
    this.#registry = registry;
    this.#query = query;
  }

  /** For a call that says whose token it asks for. */
  static async getToken(registry: EntryRegistry, options: GetTokenOptions): Promise<string> {
    const { query, call } = readGetTokenOptions(options, registry.settings);
    return new EntryHandle(registry, query).getTokenFor(call);
  }

  getToken(options?: WaitOptions): Promise<string> {
    if (options !== undefined) return this.#getTokenWith(options);
    return this.#entry?.hotToken() ?? this.getTokenFor(this.#registry.defaultCall);
  }

  peek(): AccessToken | undefined {
    return this.#held()?.peek();
  }

  refresh(): Promise<AccessToken> {
    return this.#withEntry(this.#registry.defaultCall, (entry, call) => entry.refresh(call));
  }

  getTokenFor(call: CallOptions): Promise<string> {
    return this.#withEntry(call, (entry, left) => entry.getToken(left));
  }

  async #getTokenWith(options: WaitOptions): Promise<string> {
    return this.getTokenFor(readWaitOptions(options, this.#registry.settings));
  }

  #held(): Entry | undefined {
    if (!this.#entry || this.#entry.isClosed) this.#entry = this.#registry.peek(this.#query);
    return this.#entry;
  }

  #withEntry<T>(call: CallOptions, work: (entry: Entry, call: CallOptions) => Promise<T>): Promise<T> {
    try {
      this.#entry = this.#held() ?? this.#registry.findOrMake(this.#query);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#entry ? work(this.#entry, call) : this.#resolve(call, work);
  }

  /** The time for which `resolveClient` is asked counts as waiting. */
  async #resolve<T>(call: CallOptions, work: (entry: Entry, call: CallOptions) => Promise<T>): Promise<T> {
    if (call.signal) throwIfAborted(call.signal);
    const countdown = new Countdown(call.maxWaitMs, () => undefined);
    try {
      const target = await this.#registry.resolve(this.#query, call);
      const entry = this.#registry.ensure(this.#query, target);
      this.#entry = entry;
      // In the same turn: until then, whoever asks for this client must find the entry.
      return work(entry, { ...call, maxWaitMs: Math.max(0, countdown.msLeft) });
    } finally {
      countdown.cancel();
    }
  }
}
