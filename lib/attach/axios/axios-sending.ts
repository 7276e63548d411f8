import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { HOUR_MS } from '../../ground/clock.js';
import type { WaitOptions } from '../../options/token-provider-options.js';
import type { AttachSettings } from '../attach-options.js';
import type { Credential } from '../credential.js';
import { isReplayable } from '../replayable-body.js';
import type { Exchange } from '../token-carrier.js';
import { CallerSignal } from './caller-signal.js';
import { type BeforeRedirect, RedirectGuard, watchTransport } from './redirect-guard.js';
import { clearHeader, countDown, isFetchGiven, type LooseConfig, withoutFollowing } from './sent-config.js';
import { type Outcome, ShownAnswer } from './shown-answer.js';
import { type Redirect, redirectedCopy, StraightTransport } from './straight-transport.js';
import { makeUnprintable } from './unprintable.js';

type Config = InternalAxiosRequestConfig;
type Settings = Pick<
  AttachSettings<never>,
  'headerName' | 'addedHeaders' | 'isAuthorizationAlone' | 'origins'
>;

/** How requests are sent. */
export interface Way {
  readonly adapter: AxiosAdapter;
  /** Whether the adapter is one of the caller's own. */
  readonly isOwn: boolean;
  /** Whether it surely is one of axios's own: nobody else holds its answers then. */
  readonly isPlain: boolean;
  /** The whole address of a request, for a proof. */
  locate(config: Config): string;
}

/** One request of axios, which may be sent twice, within one timeout. */
export class AxiosSending implements Exchange<Config, Outcome, AxiosResponse> {
  readonly #config: Config;
  readonly #sent: Config;
  readonly #address: string;
  readonly #way: Way;
  readonly #settings: Settings;
  readonly #shown: ShownAnswer;
  readonly #leftMs: (() => number) | undefined;
  #signal: CallerSignal | undefined;
  #guard: RedirectGuard | undefined;
  #credential: Credential | undefined;
  #straight: StraightTransport | undefined;

  /**
   * @param config - of the caller, who may change it at any time
   * @param sent - the copy of it that was judged, and is sent
   * @param address - where that leads
   */
  constructor(config: Config, sent: Config, address: string, way: Way, settings: Settings) {
    this.#config = config;
    this.#sent = sent;
    this.#address = address;
    this.#way = way;
    this.#settings = settings;
    const isPlain = way.isPlain && sent.responseType !== 'stream';
    this.#shown = new ShownAnswer(config, settings.addedHeaders, isPlain);
    this.#leftMs = countDown(sent.timeout);
    this.#lead(sent);
  }

  get isHurried(): boolean {
    const { signal, cancelToken } = this.#sent;
    return this.#leftMs !== undefined || signal !== undefined || cancelToken !== undefined;
  }

  request(): Config {
    return this.#config;
  }

  /** The request's own signal and timeout hold for the wait as well. */
  patience(): WaitOptions {
    this.#signal ??= new CallerSignal(this.#sent);
    const leftMs = this.#leftMs?.();
    return {
      signal: this.#signal.signal,
      maxWaitMs: leftMs === undefined ? undefined : Math.min(Math.max(0, leftMs), HOUR_MS),
    };
  }

  async send(credential: Credential): Promise<Outcome> {
    this.#limitTime(this.#sent);
    this.#credential = credential;
    this.#guard = undefined;
    const { headers, method = 'get' } = this.#sent;
    const { headerName } = this.#settings;
    headers[headerName] = credential.value;
    const proof = credential.prove?.(method.toUpperCase(), this.#way.locate(this.#sent));
    if (proof !== undefined) headers.DPoP = proof;
    try {
      const outcome = await this.#deliver(this.#sent);
      const redirect = this.#straight?.takeRedirect();
      if (!redirect) return outcome;
      // An empty stream that nobody reads would go on listening to the signal.
      await this.discard(outcome);
      return await this.#goOn(this.#redirected(redirect));
    } finally {
      clearHeader(headers, headerName, credential.value);
      if (proof !== undefined) clearHeader(headers, 'DPoP', proof);
      // They were sent, with all that the adapter has added.
      Reflect.set(this.#config, 'headers', headers);
    }
  }

  /** After a redirect to another origin the answer says nothing of the token: it was not sent there. */
  isRejected({ response: { status, headers } }: Outcome): boolean {
    return !this.#guard?.hasLeft && this.#credential?.isRejected(status, headers) === true;
  }

  get isReplayable(): boolean {
    return isReplayable(this.#sent.data);
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
    if (error) throw error;
    return response;
  }

  /** Listens to nothing any more. */
  release(): void {
    this.#signal?.release();
  }

  async #deliver(sent: Config): Promise<Outcome> {
    try {
      return { response: this.#shown.of(await this.#way.adapter(sent), sent) };
    } catch (error) {
      const response = this.#shown.inError(error, sent);
      if (response) return { response, error };
      throw error;
    }
  }

  /** What comes of a stream later on may show the config that was sent. */
  async #goOn(next: Config): Promise<Outcome> {
    try {
      return await this.#deliver(next);
    } finally {
      for (const name of this.#settings.addedHeaders) clearHeader(next.headers, name);
    }
  }

  /** What is sent in place of the request after that redirect. All further ones are followed from there. */
  #redirected(redirect: Redirect): Config {
    const { to, headers } = redirect;
    const next = redirectedCopy(this.#sent, redirect);
    this.#limitTime(next);
    this.#guard = this.#newGuard();
    const hop = { href: to.href, path: to.pathname + to.search, method: next.method?.toUpperCase() };
    this.#guard.follow({ ...hop, headers: next.headers }, () => undefined, headers);
    this.#watchRedirects(next);
    return next;
  }

  #newGuard(): RedirectGuard {
    return new RedirectGuard(this.#address, this.#settings.addedHeaders, this.#credential?.prove);
  }

  #watchRedirects(sent: LooseConfig): void {
    const { transport } = sent;
    const ownHook = transport ? undefined : sent.beforeRedirect;
    const follow: BeforeRedirect = (next, response, request) => {
      this.#guard ??= this.#newGuard();
      // axios 1.2 does not tell of the answer.
      const { headers } = (response as typeof response | undefined) ?? {};
      this.#guard.follow(next, () => ownHook?.(next, response, request), headers);
    };
    sent.beforeRedirect = follow;
    if (transport) sent.transport = watchTransport(transport, follow, this.#settings.addedHeaders);
  }

  /** Keeps the token on its way. */
  #lead(sent: LooseConfig): void {
    const { isAuthorizationAlone, origins } = this.#settings;
    const { httpAgent, httpsAgent } = sent;
    if (this.#way.isPlain && StraightTransport.isFor(sent)) {
      this.#straight = new StraightTransport(sent);
      sent.transport = this.#straight;
    } else this.#watchRedirects(sent);
    // In plain text, it is for this machine alone.
    if (sent.proxy !== false && origins.hasLoopbackHttp(this.#address)) sent.proxy = false;
    // The platform's fetch takes any header but Authorization along to other origins, and makes no new proof.
    if (!isAuthorizationAlone || isFetchGiven(sent)) sent.fetchOptions = withoutFollowing(sent.fetchOptions);
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
}
