import type { EntryStatus } from '../../entry/entry-status.js';
import { describeProviderHealth, type ProviderHealth } from '../../entry/provider-health.js';
import { openEventChannels } from '../../ground/diagnostics/event-channels.js';
import { ConfigurationError, ProviderClosedError, TokenAttemptError } from '../../ground/errors.js';
import { EventEmitter } from '../../ground/event-emitter.js';
import { EVENT_NAMES, type EventName, type Listener } from '../../ground/events.js';
import { kindOf } from '../../ground/value-kind.js';
import { TokenProvider } from '../../index.js';
import { readGetTokenOptions, readWaitOptions } from '../../options/call-options.js';
import { readClientId } from '../../options/client-credentials.js';
import { readable, readFields } from '../../options/option-fields.js';
import { readTarget, type TargetQuery } from '../../options/target-query.js';
import type { GetTokenOptions, TargetOptions, WaitOptions } from '../../options/token-provider-options.js';
import type { ClientHandle } from '../../registry/client-handle.js';
import type { AccessToken } from '../../token/access-token.js';
import { type FakeCall, getTokenCall } from './fake-call.js';
import { FAKE_ORIGIN, FakeEntries } from './fake-entries.js';
import type { FakeEntry } from './fake-entry.js';
import { completeEvent, outage, type PartialEvent } from './fake-event.js';
import { FAKE_TOKEN_OPTIONS, type FakeToken, FakeTokens, readFakeToken } from './fake-token.js';

/** Those of the real provider: what watches that is tested with the fake one. */
const CHANNELS = openEventChannels(EVENT_NAMES);

/** What `fakeProvider(options)` takes. */
export interface FakeProviderOptions extends FakeToken {
  /** The client for calls that name no client, as events and `status()` show it. Default `'fake-client'`. */
  readonly clientId?: string | undefined;
  /** How long callers wait while renewals hang, if a call does not say it. ms, 0 to 1 h. Default 30,000. */
  readonly maxWaitMs?: number | undefined;
}

/**
 * A `TokenProvider` for tests: it asks nobody, and has no timer but those of callers who wait. Renewals end at once, as the test says,
 * and start when somebody asks; all else is as it is with the real one, but for what docs/testing.md lists. A token that is held goes on
 * being served while renewals fail, until it is over: by the clock, which may be a fake one, or by `expire()`.
 */
export class FakeProvider extends TokenProvider {
  readonly #calls: FakeCall[] = [];
  readonly #events = new EventEmitter(EVENT_NAMES, CHANNELS);
  readonly #entries: FakeEntries;
  /** The client of the options. */
  readonly #default: TargetQuery = readTarget();
  /** What renewals bring where the test has said nothing else of a target. */
  #tokens: FakeTokens;

  /** @throws {ConfigurationError} when an option is malformed */
  constructor(options: FakeProviderOptions = {}) {
    const known = ['clientId', 'maxWaitMs', ...FAKE_TOKEN_OPTIONS] as const;
    const fields = readFields<FakeProviderOptions>('fakeProvider options', options, known);
    const { clientId = 'fake-client', maxWaitMs } = fields;
    readClientId(clientId);
    // All that could send a request by these is overridden.
    super({ tokenEndpoint: `${FAKE_ORIGIN}/token`, clientId, clientSecret: 'unused', maxWaitMs });
    this.#tokens = FakeTokens.read(fields);
    this.#entries = new FakeEntries(clientId, this.#events, this.#tokens);
    // There from the start, as with the real one.
    this.#entries.ensure(this.#default);
  }

  /** The calls so far, those of handles and of attached clients, too: one list, which grows. */
  get calls(): readonly FakeCall[] {
    return this.#calls;
  }

  /**
   * Has renewals succeed: the first at once, so that a new token is held, and those that follow. For that target alone, or for all.
   * What is not given stays as it was.
   *
   * @throws {ConfigurationError} when an option or the target is malformed
   */
  set(token: FakeToken = {}, target?: TargetOptions): this {
    const query = readQuery(target);
    const tokens = FakeTokens.read(readFakeToken(token), this.#tokens);
    if (!query) this.#tokens = tokens;
    this.#entries.direct(tokens, query);
    return this;
  }

  /**
   * Has renewals fail from now on, the first at once, until `set()`. For that target alone, or for all. Default: a passing error,
   * nobody answers. Callers get a passing error as the `cause` of a `TokenUnavailableError`, and a permanent one as it is.
   *
   * @throws {ConfigurationError} when it is not an error of a token request, or the target is malformed
   */
  fail(error: TokenAttemptError = outage(), target?: TargetOptions): this {
    if (!readable('error', () => error instanceof TokenAttemptError)) {
      const kinds = 'a TokenEndpointError, a TokenResponseError or a TokenRequestError';
      throw new ConfigurationError('error', `must be ${kinds}; got ${kindOf(error)}.`);
    }
    if (typeof error.permanent !== 'boolean')
      throw new ConfigurationError('error', 'must say whether it is permanent: true or false.');
    this.#entries.direct(error, readQuery(target));
    return this;
  }

  /**
   * Has renewals take for ever, until `set()`, `fail()` or `close()`: callers without a token wait as long as their `maxWaitMs` and
   * their signals let them.
   *
   * @throws {ConfigurationError} when the target is malformed
   */
  hang(target?: TargetOptions): this {
    this.#entries.direct('hang', readQuery(target));
    return this;
  }

  /**
   * Ends the token that is held. The next call renews it, if renewals succeed.
   *
   * @throws {ConfigurationError} when the target is malformed
   */
  expire(target?: TargetOptions): this {
    const query = readQuery(target);
    for (const entry of query ? [this.#entries.find(query)] : this.#entries.all) entry?.expire();
    return this;
  }

  /**
   * Calls the listeners of an event, which needs no cause. Fields that are not given have some true value.
   *
   * @throws {ConfigurationError} when there is no such event, or `event` has a field that it has not
   */
  emit<Name extends EventName>(name: Name, event: PartialEvent<Name> = {} as PartialEvent<Name>): this {
    // Throws for an unknown name.
    this.#events.off(name, () => undefined);
    const complete = completeEvent(name, event, this.#entries.summarize(this.#default));
    this.#events.emit(name, () => complete);
    return this;
  }

  override getToken(options: GetTokenOptions = {}): Promise<string> {
    return attempt(() => {
      const { query, call } = readGetTokenOptions(options, this);
      this.#calls.push(readable('getToken options', () => getTokenCall(options)));
      return this.#open(query).getToken(call);
    });
  }

  override forClient(target: TargetOptions): ClientHandle {
    const query = readTarget(target);
    const about = readable('target options', () => ({ ...target }));
    const getToken = (options: WaitOptions = {}) =>
      attempt(() => {
        const call = readWaitOptions(options, this);
        this.#calls.push(readable('getToken options', () => getTokenCall({ ...about, ...options })));
        return this.#open(query).getToken(call);
      });
    const peek = () => this.#entries.find(query)?.peek();
    return { getToken, peek, refresh: () => this.refresh(about) };
  }

  override peek(target?: TargetOptions): AccessToken | undefined {
    return this.#entries.find(readTarget(target))?.peek();
  }

  override async refresh(target: TargetOptions = {}): Promise<AccessToken> {
    const query = readTarget(target);
    this.#calls.push({ method: 'refresh', target: readable('target options', () => ({ ...target })) });
    return this.#open(query).refresh(readWaitOptions({}, this));
  }

  override invalidate(token: string): void {
    // Which throws for what is no token, and does nothing else: it holds none.
    super.invalidate(token);
    this.#calls.push({ method: 'invalidate', token });
    for (const entry of this.#entries.all) entry.invalidate(token);
  }

  override status(): readonly EntryStatus[] {
    return Object.freeze(this.#entries.all.map((entry) => entry.status()));
  }

  override health(): ProviderHealth {
    const entries = this.#entries.all.map((entry) => entry.health());
    return describeProviderHealth(entries, this.#entries);
  }

  override on<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.on(name, listener);
    return this;
  }

  override once<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.once(name, listener);
    return this;
  }

  override off<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#events.off(name, listener);
    return this;
  }

  override async close(): Promise<void> {
    this.#calls.push({ method: 'close' });
    this.#entries.close();
    await super.close();
  }

  #open(query: TargetQuery): FakeEntry {
    const found = this.#entries.find(query);
    if (!found && this.#entries.isClosed) throw new ProviderClosedError();
    return found ?? this.#entries.ensure(query);
  }
}

/** What `work` throws, the caller gets as a rejection; and the promise that it gives as it is. */
function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work();
  } catch (error) {
    return Promise.reject(error);
  }
}

function readQuery(target: TargetOptions | undefined): TargetQuery | undefined {
  return target === undefined ? undefined : readTarget(target);
}
