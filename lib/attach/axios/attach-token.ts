import { createRequire } from 'node:module';
import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosRequestConfig,
  AxiosResponse,
  AxiosStatic,
  InternalAxiosRequestConfig,
} from 'axios';
import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';
import type { AxiosLike } from '../../options/token-provider-options.js';
import type { AttachOptions, TokenSource } from '../attach-options.js';
import { isSameName } from '../header-list.js';
import { TokenCarrier } from '../token-carrier.js';
import { AxiosSending } from './axios-sending.js';

type Config = InternalAxiosRequestConfig;
type Adapters = Config['adapter'];

/** Where an adapter that was wrapped here keeps its attachment: it is not wrapped twice. */
const ATTACHMENT = Symbol('attachment');
type Wrapped = AxiosAdapter & { [ATTACHMENT]?: object };

/** An axios instance, whichever of axios's two types of it yours has. */
export interface AttachableAxios extends AxiosLike {
  readonly defaults: object;
  readonly interceptors: object;
  getUri(config: never): string;
}

/**
 * Adds the token to every request of an axios instance to an allowed origin, and sends the request once more with a newer token
 * if the API rejects the first. A request with its own `Authorization` header or `auth` is left as it is.
 * @returns a function that detaches the token from the instance
 * @throws {ConfigurationError} when an option is malformed, or it is not clear where tokens may go
 */
export function attachToken(
  axios: AttachableAxios,
  provider: TokenSource,
  options: AttachOptions<Config> = {},
): () => void {
  const { interceptors, defaults } = (axios ?? {}) as Partial<AxiosInstance>;
  if (typeof interceptors?.request?.use !== 'function' || !defaults) {
    throw new ConfigurationError('axios', `must be an axios instance; got ${kindOf(axios)}.`);
  }
  const attachment = new Attachment(
    axios as AxiosInstance,
    new TokenCarrier(provider, options, defaults.baseURL),
  );
  const onRequest = (config: Config): Config => {
    config.adapter = attachment.wrap(config.adapter);
    return config;
  };
  const id = interceptors.request.use(onRequest, undefined, { synchronous: true });
  return () => interceptors.request.eject(id);
}

/**
 * Works in place of the adapter, below all interceptors and transformations: there the request is what goes out, and a
 * second sending repeats none of them.
 */
class Attachment {
  readonly #axios: AxiosInstance;
  readonly #carrier: TokenCarrier<Config>;
  /** Nearly all requests have the same, though axios copies the list for each. */
  #lastWrapped: { readonly adapters: Adapters; readonly adapter: AxiosAdapter } | undefined;
  #library: AxiosStatic | undefined;

  constructor(axios: AxiosInstance, carrier: TokenCarrier<Config>) {
    this.#axios = axios;
    this.#carrier = carrier;
  }

  wrap(adapters: Adapters): AxiosAdapter {
    // A request that failed may be made again from its own config.
    if (typeof adapters === 'function' && (adapters as Wrapped)[ATTACHMENT] === this) return adapters;
    if (!this.#lastWrapped || !isSameList(this.#lastWrapped.adapters, adapters))
      this.#lastWrapped = { adapters, adapter: this.#wrapAnew(adapters) };
    return this.#lastWrapped.adapter;
  }

  #wrapAnew(adapters: Adapters): AxiosAdapter {
    const adapter: Wrapped = (config) => {
      settle(config);
      const send = this.#resolve(adapters, config);
      if (!send) return this.#loadLibrary().then(() => adapter(config));
      return this.#mayCarry(config) ? this.#carry(config, send) : send(config);
    };
    adapter[ATTACHMENT] = this;
    return adapter;
  }

  #mayCarry({ url = '', baseURL, allowAbsoluteUrls, headers, auth }: Config): boolean {
    const { headerName } = this.#carrier.settings;
    if (auth || hasHeader(headers, headerName)) return false;
    if (baseURL && PLAIN_PATH.test(url)) return this.#carrier.mayCarryTo(baseURL);
    // The instance joins URL and `baseURL`, so that its rule counts, not a second rule of ours.
    const uri = this.#axios.getUri({
      url,
      // Always set: `getUri` would fill a gap from the instance's defaults, which the adapter does not do.
      baseURL: baseURL ?? '',
      allowAbsoluteUrls: allowAbsoluteUrls ?? true,
    } as AxiosRequestConfig);
    return this.#carrier.mayCarryTo(uri);
  }

  #carry(config: Config, adapter: AxiosAdapter): Promise<AxiosResponse> {
    return this.#carrier.exchange(new AxiosSending(config, adapter, this.#carrier.settings));
  }

  #resolve(adapters: Adapters, config: Config): AxiosAdapter | undefined {
    if (typeof adapters === 'function') return adapters;
    const { getAdapter, defaults } = this.#library ?? {};
    return (getAdapter as GetAdapter | undefined)?.(adapters ?? defaults?.adapter, config);
  }

  async #loadLibrary(): Promise<void> {
    this.#library = await libraryOf(this.#axios);
  }
}

/**
 * Turns URL objects into text, so that the address that is checked is the address that is sent to: the caller may change the
 * objects while the request waits for a token.
 */
function settle(config: Config): void {
  const { url, baseURL, params } = config;
  if (url) config.url = String(url);
  if (baseURL) config.baseURL = String(baseURL);
  if (params instanceof URLSearchParams) config.params = new URLSearchParams(params);
}

/** Also one that says `false`, which keeps axios from setting it. */
function hasHeader(headers: Config['headers'], wanted: string): boolean {
  for (const name of Object.keys(headers)) {
    const isWanted = isSameName(name, wanted) || isSameName(name, 'Authorization');
    if (isWanted && headers[name] !== undefined && headers[name] !== null) return true;
  }
  return false;
}

/** A path that no parser takes for a full address: it is appended to `baseURL`, so the origin is that of `baseURL`. */
const PLAIN_PATH = /^\/?(?:[\w.~%?#!$&'()*+,;=-][^\\:@]*)?$/;

function isSameList(adapters: unknown, others: unknown): boolean {
  if (!Array.isArray(adapters) || !Array.isArray(others)) return adapters === others;
  return adapters.length === others.length && adapters.every((adapter, index) => adapter === others[index]);
}

type GetAdapter = (adapters: Adapters, config: Config) => AxiosAdapter;

/** The copy of axios that made the instance, as ES module or as CommonJS: its errors must be those that users know. */
async function libraryOf(instance: AxiosInstance): Promise<AxiosStatic> {
  const { default: axios } = await import('axios');
  if (isMadeBy(axios, instance)) return axios;
  const other = createRequire(import.meta.url)('axios') as AxiosStatic;
  return isMadeBy(other, instance) ? other : axios;
}

function isMadeBy(axios: AxiosStatic, { interceptors }: AxiosInstance): boolean {
  return axios.interceptors.request.constructor === interceptors.request.constructor;
}
