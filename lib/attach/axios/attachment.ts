import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosRequestConfig,
  AxiosResponse,
  AxiosStatic,
  InternalAxiosRequestConfig,
} from 'axios';
import { isSameName } from '../header-list.js';
import type { TokenCarrier } from '../token-carrier.js';
import { type Adapters, libraryOf, resolveAdapter } from './axios-library.js';
import { AxiosSending, type Way } from './axios-sending.js';
import { privateCopy } from './sent-config.js';

type Config = InternalAxiosRequestConfig;
/** Whoever puts URLs together as the adapter does. */
type UriMaker = Pick<AxiosInstance, 'getUri'>;

/** Marks an adapter as that of an attachment. */
const ATTACHMENT = Symbol('attachment');
type Wrapped = AxiosAdapter & { [ATTACHMENT]?: object };

/**
 * Works in place of the adapter, below all interceptors and transformations: there the request is what goes out, and a
 * second sending repeats none of them.
 */
export class Attachment {
  readonly #axios: AxiosInstance;
  readonly #carrier: TokenCarrier<Config>;
  /** Nearly all requests have the same, though axios copies the list for each. */
  #lastWrapped: { readonly adapters: Adapters; readonly adapter: AxiosAdapter } | undefined;
  /** Loaded when the first adapter by name is needed. */
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
    const send = typeof adapters === 'function' ? this.#sendBy(adapters) : this.#sendByName(adapters);
    const adapter: Wrapped = (config) => {
      settleUrls(config);
      return send(config);
    };
    adapter[ATTACHMENT] = this;
    return adapter;
  }

  #sendBy(adapter: AxiosAdapter): AxiosAdapter {
    const way: Way = { adapter, isNamed: false, judge: (config) => this.#judge(config, this.#axios) };
    return (config) => this.#dispatch(config, way);
  }

  /** Names, and lists of them, are those of axios's own adapters. */
  #sendByName(adapters: Adapters): AxiosAdapter {
    /** Where it is the same for every request: nearly always. */
    let fixed: Way | undefined;
    const wayOf = (config: Config, library: AxiosStatic): Way => {
      const adapter = resolveAdapter(adapters, config, library);
      const isGiven = Array.isArray(adapters) && adapters.some((one) => one === adapter);
      const way = { adapter, isNamed: !isGiven, judge: (changed: Config) => this.#judge(changed, library) };
      if (adapter === resolveAdapter('http', config, library)) fixed = way;
      return way;
    };
    return (config) => {
      if (fixed) return this.#dispatch(config, fixed);
      if (this.#library) return this.#dispatch(config, wayOf(config, this.#library));
      const copy = privateCopy(config);
      return this.#loadLibrary().then((library) => this.#dispatch(config, wayOf(copy, library), copy));
    };
  }

  /** @param copy - what is sent in place of the config, if others may have changed that */
  #dispatch(config: Config, way: Way, copy?: Config): Promise<AxiosResponse> {
    const address = way.judge(copy ?? config);
    if (address === undefined) return way.adapter(config);
    const sending = new AxiosSending(config, address, way, this.#carrier.settings, copy);
    const exchanged = this.#carrier.exchange(sending);
    return config.cancelToken ? exchanged.finally(() => sending.release()) : exchanged;
  }

  /** Where a request leads, if the token may go there. */
  #judge(config: Config, library: UriMaker): string | undefined {
    if (this.#hasOwnHeader(config)) return undefined;
    const address = addressOf(config, library);
    return address !== undefined && this.#carrier.mayCarryTo(address) ? address : undefined;
  }

  /** Also one that says `false`, which keeps axios from setting it. */
  #hasOwnHeader({ headers, auth }: Config): boolean {
    if (auth) return true;
    const { headerName } = this.#carrier.settings;
    for (const name of Object.keys(headers)) {
      const isWanted = isSameName(name, headerName) || isSameName(name, 'Authorization');
      if (isWanted && headers[name] !== undefined && headers[name] !== null) return true;
    }
    return false;
  }

  async #loadLibrary(): Promise<AxiosStatic> {
    this.#library ??= await libraryOf(this.#axios);
    return this.#library;
  }
}

/** axios takes URLs for text, and would go on reading those of the caller, which may change. */
function settleUrls(config: Config): void {
  const { url, baseURL, params } = config;
  if (url && typeof url !== 'string') config.url = String(url);
  if (baseURL && typeof baseURL !== 'string') config.baseURL = String(baseURL);
  if (params instanceof URLSearchParams) config.params = new URLSearchParams(params);
}

/** An address of the origin to which the request goes. `undefined` where axios finds none, and says so by itself. */
function addressOf({ url = '', baseURL, allowAbsoluteUrls }: Config, library: UriMaker): string | undefined {
  if (baseURL && PLAIN_PATH.test(url)) return baseURL;
  try {
    return library.getUri({
      url,
      // Nothing left open, which would be filled in from defaults, as an adapter does not.
      baseURL: baseURL ?? '',
      allowAbsoluteUrls: allowAbsoluteUrls ?? true,
    } as AxiosRequestConfig);
  } catch {
    return undefined;
  }
}

/** A path that cannot be taken for an address by anybody: then it is appended to the `baseURL`, whose origin holds. */
const PLAIN_PATH = /^\/?(?:[\w.~%?#!$&'()*+,;=-][^\\:@]*)?$/;

function isSameList(adapters: unknown, others: unknown): boolean {
  if (!Array.isArray(adapters) || !Array.isArray(others)) return adapters === others;
  return adapters.length === others.length && adapters.every((adapter, index) => adapter === others[index]);
}
