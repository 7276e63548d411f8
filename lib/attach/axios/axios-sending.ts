import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { elapsedMs, HOUR_MS, now } from '../../ground/clock.js';
import { parseUrl } from '../../ground/url.js';
import type { WaitOptions } from '../../options/token-provider-options.js';
import type { AttachSettings } from '../attach-options.js';
import { isSameName } from '../header-list.js';
import { isReplayable } from '../replayable-body.js';
import type { Exchange } from '../token-carrier.js';

type Config = InternalAxiosRequestConfig;
type Settings = Pick<AttachSettings<never>, 'headerName' | 'isAuthorization' | 'rejectionRule'>;

/** axios takes what is `undefined` for what is not there. */
type Loose = Omit<Config, 'beforeRedirect' | 'fetchOptions'> & {
  beforeRedirect?: Config['beforeRedirect'] | undefined;
  fetchOptions?: Config['fetchOptions'] | undefined;
};

/** An answer, perhaps with the error that axios makes of it by `validateStatus`. */
export interface Outcome {
  readonly response: AxiosResponse;
  readonly error?: unknown;
}

/**
 * One request of axios, which may be sent twice, within one timeout. What is added to its config is taken away again: that
 * ends up in logs.
 */
export class AxiosSending implements Exchange<Config, Outcome, AxiosResponse> {
  readonly isReplayable: boolean;
  readonly #config: Config;
  readonly #adapter: AxiosAdapter;
  readonly #settings: Settings;
  readonly #leftMs: (() => number) | undefined;
  #hasLeft = false;

  constructor(config: Config, adapter: AxiosAdapter, settings: Settings) {
    this.#config = config;
    this.#adapter = adapter;
    this.#settings = settings;
    this.#leftMs = countDown(config.timeout);
    this.isReplayable = isReplayable(config.data);
  }

  get isHurried(): boolean {
    const { signal, cancelToken } = this.#config;
    return this.#leftMs !== undefined || signal !== undefined || cancelToken !== undefined;
  }

  request(): Config {
    return this.#config;
  }

  /** The request's own signal and timeout hold for the wait as well. */
  patience(): WaitOptions {
    const leftMs = this.#leftMs?.();
    return {
      signal: signalOf(this.#config),
      maxWaitMs: leftMs === undefined ? undefined : Math.min(Math.max(0, leftMs), HOUR_MS),
    };
  }

  async send(value: string): Promise<Outcome> {
    const startRenewal = this.#addToken(value);
    try {
      return { response: await this.#adapter(this.#config) };
    } catch (error) {
      const { response } = (error ?? {}) as Partial<Outcome>;
      if (!response) throw error;
      return { response, error };
    } finally {
      startRenewal();
    }
  }

  /** After a redirect to another origin the answer says nothing of the token: it was not sent there. */
  isRejected({ response: { status, headers } }: Outcome): boolean {
    return !this.#hasLeft && this.#settings.rejectionRule.isRejected(status, headers);
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

  /** Adds the token to the config; gives a function that removes it again. */
  #addToken(value: string): () => void {
    const config: Loose = this.#config;
    const { headerName, isAuthorization } = this.#settings;
    const { timeout, timeoutErrorMessage, beforeRedirect, fetchOptions } = config;
    // Headers of its own: those that were given may be shared with other requests.
    const headers = copyOf(config.headers);
    headers[headerName] = value;
    config.headers = headers;
    config.beforeRedirect = (next, response, request) => {
      this.#onRedirect(next, request.url);
      return beforeRedirect?.(next, response, request);
    };
    const isTimed = this.#limitTime();
    // On a redirect to another origin the platform's fetch removes `Authorization`, and no header of another name.
    if (!isAuthorization) config.fetchOptions = withoutFollowing(fetchOptions);
    return () => {
      clear(headers, headerName, value);
      config.beforeRedirect = beforeRedirect;
      if (isTimed) Object.assign(config, { timeout, timeoutErrorMessage });
      if (!isAuthorization) config.fetchOptions = fetchOptions;
    };
  }

  /** Sets the timeout to what is left of the request's own timeout. */
  #limitTime(): boolean {
    const config = this.#config;
    const leftMs = this.#leftMs?.();
    if (leftMs === undefined) return false;
    config.timeoutErrorMessage ??= `timeout of ${config.timeout}ms exceeded`;
    config.timeout = Math.max(1, Math.ceil(leftMs));
    return true;
  }

  /** follow-redirects takes `Authorization` away for other hosts, but not for their subdomains, and no other header. */
  #onRedirect(next: Record<string, unknown>, from: string): void {
    const target = parseUrl(String(next.href));
    if (target !== undefined && target.origin === parseUrl(from)?.origin) return;
    this.#hasLeft = true;
    const headers = (next.headers ?? {}) as Record<string, unknown>;
    for (const name of Object.keys(headers))
      if (isSameName(name, this.#settings.headerName)) delete headers[name];
  }
}

/** Tells how much of a timeout is left; `undefined` where there is none. */
function countDown(timeout: unknown): (() => number) | undefined {
  const timeoutMs = timeout ? Number.parseInt(String(timeout), 10) : 0;
  if (!timeoutMs) return undefined;
  const since = now();
  return () => timeoutMs - elapsedMs(since);
}

function signalOf({ signal, cancelToken }: Config): AbortSignal | undefined {
  const own = isSignal(signal) ? signal : undefined;
  if (!cancelToken) return own;
  const controller = new AbortController();
  cancelToken.promise.then((reason) => controller.abort(reason));
  return own ? AbortSignal.any([own, controller.signal]) : controller.signal;
}

/** axios accepts signals that lack some of the methods. */
function isSignal(signal: unknown): signal is AbortSignal {
  return typeof (signal as AbortSignal | undefined)?.removeEventListener === 'function';
}

type Headers = Config['headers'];

/** Made by the class of the given headers: so the copy has the same shape, and stays fast. */
function copyOf(headers: Headers): Headers {
  const Class = headers.constructor as new () => Headers;
  return Object.assign(new Class(), headers);
}

/** Set to `undefined`, since deleting makes objects slow. axios may have changed the case of the name. */
function clear(headers: Headers, wanted: string, value: string): void {
  if (headers[wanted] === value) headers[wanted] = undefined;
  else for (const name of Object.keys(headers)) if (isSameName(name, wanted)) headers[name] = undefined;
}

function withoutFollowing(fetchOptions: Config['fetchOptions']): NonNullable<Config['fetchOptions']> {
  const isManual = (fetchOptions as { redirect?: unknown } | undefined)?.redirect === 'manual';
  return { ...fetchOptions, redirect: isManual ? 'manual' : 'error' };
}
