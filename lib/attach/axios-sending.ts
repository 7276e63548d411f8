import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { parseUrl } from '../options/check.js';
import type { AttachSettings } from './attach-options.js';
import { isTokenRejected } from './challenge.js';

type Config = InternalAxiosRequestConfig;

/** An answer, perhaps with the error that axios makes of it by `validateStatus`. */
export interface Outcome {
  readonly response: AxiosResponse;
  readonly error?: unknown;
}

/** One request of axios, which may be sent twice. What is added to its config is taken away again: that ends up in logs. */
export class AxiosSending {
  readonly #config: Config;
  readonly #adapter: AxiosAdapter;
  readonly #headerName: string;
  readonly #isAuthorization: boolean;
  #hasLeft = false;

  constructor(
    config: Config,
    adapter: AxiosAdapter,
    { headerName, isAuthorization }: Pick<AttachSettings<never>, 'headerName' | 'isAuthorization'>,
  ) {
    this.#config = config;
    this.#adapter = adapter;
    this.#headerName = headerName;
    this.#isAuthorization = isAuthorization;
  }

  /** With this in the header, and no more time than is left of its own. */
  async send(value: string, leftMs: number | undefined): Promise<Outcome> {
    const config = this.#config;
    const { timeout, timeoutErrorMessage, beforeRedirect, fetchOptions } = config;
    const before = { timeout, timeoutErrorMessage, beforeRedirect, fetchOptions };
    // Headers of its own: those that were given may be shared with other requests.
    const headers = copyOf(config.headers);
    headers[this.#headerName] = value;
    config.headers = headers;
    if (leftMs !== undefined) {
      config.timeoutErrorMessage ??= `timeout of ${timeout}ms exceeded`;
      config.timeout = Math.max(1, Math.ceil(leftMs));
    }
    config.beforeRedirect = (next, response, request) => {
      this.#onRedirect(next, request.url);
      return beforeRedirect?.(next, response, request);
    };
    // The platform's fetch takes away no other header where a redirect leads elsewhere.
    if (!this.#isAuthorization) config.fetchOptions = withoutFollowing(fetchOptions);
    try {
      return { response: await this.#adapter(config) };
    } catch (error) {
      const { response } = (error ?? {}) as Partial<Outcome>;
      if (!response) throw error;
      return { response, error };
    } finally {
      // Not deleted: that would make slow objects of them. axios may have spelt it otherwise.
      for (const name of Object.keys(headers)) if (this.#isOurs(name)) headers[name] = undefined;
      this.#restore(before);
    }
  }

  #isOurs(name: string): boolean {
    return name.length === this.#headerName.length && name.toLowerCase() === this.#headerName.toLowerCase();
  }

  #restore(before: object): void {
    const config: Record<string, unknown> = this.#config as object as Record<string, unknown>;
    for (const [name, value] of Object.entries(before)) if (config[name] !== value) config[name] = value;
  }

  /** The answer of another origin, which has seen no token, says nothing of it. */
  isRejected({ response: { status, headers } }: Outcome): boolean {
    const challenge: unknown = headers?.['www-authenticate'] ?? headers?.['WWW-Authenticate'];
    return !this.#hasLeft && isTokenRejected(status, challenge === undefined ? challenge : String(challenge));
  }

  /** follow-redirects takes `Authorization` away for other hosts, but not for their subdomains, and no other header. */
  #onRedirect(next: Record<string, unknown>, from: string): void {
    const target = parseUrl(String(next.href));
    if (target !== undefined && target.origin === parseUrl(from)?.origin) return;
    this.#hasLeft = true;
    const headers = (next.headers ?? {}) as Record<string, unknown>;
    for (const name of Object.keys(headers)) if (this.#isOurs(name)) delete headers[name];
  }
}

/** Of the same class, whichever that is. */
function copyOf<Headers extends object>(headers: Headers): Headers {
  return Object.assign(Object.create(Object.getPrototypeOf(headers)), headers);
}

function withoutFollowing(fetchOptions: Config['fetchOptions']): NonNullable<Config['fetchOptions']> {
  const isManual = (fetchOptions as { redirect?: unknown } | undefined)?.redirect === 'manual';
  return { ...fetchOptions, redirect: isManual ? 'manual' : 'error' };
}
