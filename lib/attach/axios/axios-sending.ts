import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { HOUR_MS } from '../../ground/clock.js';
import type { WaitOptions } from '../../options/token-provider-options.js';
import type { AttachSettings } from '../attach-options.js';
import { isReplayable } from '../replayable-body.js';
import type { Exchange } from '../token-carrier.js';
import { CallerSignal } from './caller-signal.js';
import { type BeforeRedirect, RedirectGuard, watchTransport } from './redirect-guard.js';
import {
  clearHeader,
  copyHeaders,
  countDown,
  isFetchGiven,
  isReadAtOnce,
  type LooseConfig,
  privateCopy,
  withoutFollowing,
} from './sent-config.js';
import { type Outcome, ShownAnswer } from './shown-answer.js';
import { makeUnprintable } from './unprintable.js';

type Config = InternalAxiosRequestConfig;
type Settings = Pick<AttachSettings<never>, 'headerName' | 'isAuthorization' | 'rejectionRule' | 'origins'>;

/** How requests with this adapter are sent. */
export interface Way {
  readonly adapter: AxiosAdapter;
  /** Whether it is one of axios's own. */
  readonly isNamed: boolean;
  /** Where a request leads, if the token may go there. */
  readonly judge: (config: Config) => string | undefined;
}

/** One request of axios, which may be sent twice, within one timeout. */
export class AxiosSending implements Exchange<Config, Outcome, AxiosResponse> {
  readonly #config: Config;
  readonly #address: string;
  readonly #way: Way;
  readonly #settings: Settings;
  readonly #leftMs: (() => number) | undefined;
  #signal: CallerSignal | undefined;
  #guard: RedirectGuard | undefined;
  #proxy: Config['proxy'] | undefined;
  #httpAgent: unknown;
  #httpsAgent: unknown;
  /** What is sent in place of the config, since others may change that. */
  #copy: Config | undefined;
  /** Whether the config was changed after it was judged, and goes out without the token. */
  #isBare = false;

  /**
   * @param address - where it leads, as it was judged in this turn
   * @param copy - of the config, if others may have changed that since it was judged
   */
  constructor(config: Config, address: string, way: Way, settings: Settings, copy?: Config) {
    this.#config = config;
    this.#address = address;
    this.#way = way;
    this.#settings = settings;
    this.#leftMs = countDown((copy ?? config).timeout);
    this.#httpAgent = config.httpAgent;
    this.#httpsAgent = config.httpsAgent;
    if (copy || !way.isNamed || !isReadAtOnce(config)) this.#useCopy(copy ?? privateCopy(config));
  }

  get isHurried(): boolean {
    const { signal, cancelToken } = this.#copy ?? this.#config;
    return this.#leftMs !== undefined || signal !== undefined || cancelToken !== undefined;
  }

  request(): Config {
    return this.#config;
  }

  /** The request's own signal and timeout hold for the wait as well. */
  patience(): WaitOptions {
    this.#signal ??= new CallerSignal(this.#copy ?? this.#config);
    const leftMs = this.#leftMs?.();
    return {
      signal: this.#signal.signal,
      maxWaitMs: leftMs === undefined ? undefined : Math.min(Math.max(0, leftMs), HOUR_MS),
    };
  }

  /** The config may change from now on, in other hands; what is sent may not. */
  keep(): void {
    if (this.#copy) return;
    const copy = privateCopy(this.#config);
    this.#isBare = !this.#isAsJudged(copy);
    if (!this.#isBare) this.#useCopy(copy);
  }

  async send(value: string): Promise<Outcome> {
    const sent = this.#prepare();
    const { headers } = sent;
    if (!this.#isBare) headers[this.#settings.headerName] = value;
    try {
      return { response: this.#shown().of(await this.#way.adapter(sent), this.#copy) };
    } catch (error) {
      const response = this.#shown().inError(error, this.#copy);
      if (response) return { response, error };
      this.#showHeaders();
      throw error;
    } finally {
      clearHeader(headers, this.#settings.headerName, value);
      if (sent === this.#config && !this.#isBare) this.#restore();
    }
  }

  /** After a redirect to another origin the answer says nothing of the token: it was not sent there. */
  isRejected({ response: { status, headers } }: Outcome): boolean {
    if (this.#isBare || this.#guard?.hasLeft) return false;
    return this.#settings.rejectionRule.isRejected(status, headers);
  }

  /** A config that was changed since it was sent might lead elsewhere now. */
  get isReplayable(): boolean {
    return this.#copy ? isReplayable(this.#copy.data) : this.#isAsJudged(this.#config);
  }

  /** Frees the connection. A body stream may wrap the response without having read from it, so the request is ended, too. */
  async discard({ response: { data, request } }: Outcome): Promise<void> {
    if (typeof data?.destroy === 'function') {
      data.destroy();
      request?.destroy?.();
    }
    await data?.cancel?.();
  }

  give({ response, error }: Outcome): AxiosResponse {
    this.#showHeaders();
    if (error) throw error;
    return response;
  }

  /** Listens to nothing any more. */
  release(): void {
    this.#signal?.release();
  }

  #useCopy(copy: Config): void {
    this.#copy = copy;
    this.#lead(copy);
  }

  /** What is sent. It is the config itself where the adapter reads all of that before anybody can change it. */
  #prepare(): Config {
    if (!this.#copy) return this.#useConfig();
    this.#limitTime(this.#copy);
    return this.#copy;
  }

  /** Whether a config that may be sent itself leads where it led when it was judged first. */
  #isAsJudged(config: Config): boolean {
    const hasSameAgents = config.httpAgent === this.#httpAgent && config.httpsAgent === this.#httpsAgent;
    return hasSameAgents && isReadAtOnce(config) && this.#way.judge(config) !== undefined;
  }

  #useConfig(): Config {
    const config = this.#config;
    if (this.#isBare || !this.#isAsJudged(config)) {
      this.#isBare = true;
      return config;
    }
    this.#proxy = config.proxy;
    // Those that were given may be shared with other requests.
    config.headers = copyHeaders(config.headers);
    this.#lead(config);
    return config;
  }

  /** What was changed to send the config itself. */
  #restore(): void {
    const config: LooseConfig = this.#config;
    config.beforeRedirect = undefined;
    if (config.proxy !== this.#proxy) config.proxy = this.#proxy;
    if (config.fetchOptions) config.fetchOptions = undefined;
  }

  /** Keeps the token on its way. */
  #lead(sent: LooseConfig): void {
    const { headerName, isAuthorization, origins } = this.#settings;
    const { transport, httpAgent, httpsAgent } = sent;
    const ownHook = transport ? undefined : sent.beforeRedirect;
    const follow: BeforeRedirect = (next, response, request) => {
      this.#guard ??= new RedirectGuard(this.#address, headerName);
      this.#guard.follow(next, () => ownHook?.(next, response, request));
    };
    sent.beforeRedirect = follow;
    if (transport) sent.transport = watchTransport(transport, follow, headerName);
    // In plain text, it is for this machine alone.
    if (sent.proxy !== false && origins.hasLoopbackHttp(this.#address)) sent.proxy = false;
    if (!isAuthorization || isFetchGiven(sent)) sent.fetchOptions = withoutFollowing(sent.fetchOptions);
    // They lead to the requests of others that are under way.
    if (httpAgent) makeUnprintable(httpAgent);
    if (httpsAgent) makeUnprintable(httpsAgent);
    if (sent.fetchOptions) makeUnprintable(sent.fetchOptions.dispatcher);
  }

  /** No more than is left of its own. */
  #limitTime(sent: Config): void {
    const leftMs = this.#leftMs?.();
    if (leftMs === undefined) return;
    sent.timeoutErrorMessage ??= `timeout of ${this.#config.timeout}ms exceeded`;
    sent.timeout = Math.max(1, Math.ceil(leftMs));
  }

  #shown(): ShownAnswer {
    const isPlain = this.#way.isNamed && this.#config.responseType !== 'stream';
    return new ShownAnswer(this.#config, this.#settings.headerName, isPlain);
  }

  /** Those that were sent, with all that the adapter added, but without the token. */
  #showHeaders(): void {
    if (this.#copy) this.#config.headers = this.#copy.headers;
  }
}
