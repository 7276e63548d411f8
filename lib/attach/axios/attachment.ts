import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosRequestConfig,
  AxiosResponse,
  InternalAxiosRequestConfig,
} from 'axios';
import { isSameName } from '../header-list.js';
import type { TokenCarrier } from '../token-carrier.js';
import { AxiosSending, type Way } from './axios-sending.js';
import type { BareAxios } from './bare-axios.js';
import { privateCopy } from './sent-config.js';
import { showConfig } from './shown-answer.js';

type Config = InternalAxiosRequestConfig;
type Adapters = Config['adapter'];
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
  readonly #bare: BareAxios;
  readonly #carrier: TokenCarrier<Config>;
  /** Nearly all requests have the same, though axios copies the list for each. */
  #lastWrapped: { readonly adapters: Adapters; readonly adapter: AxiosAdapter } | undefined;

  /** @param bare - of the same copy of axios: it sends where the adapter is told by name */
  constructor(axios: AxiosInstance, bare: BareAxios, carrier: TokenCarrier<Config>) {
    this.#axios = axios;
    this.#bare = bare;
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
    const isFunction = typeof adapters === 'function';
    const uris: UriMaker = isFunction ? this.#axios : this.#bare;
    const locate = (config: Config) => uriOf(config, uris);
    const way: Way = isFunction
      ? { adapter: adapters, isOwn: true, isPlain: false, locate }
      : {
          adapter: (config) => this.#bare.send(config, adapters),
          isOwn: false,
          isPlain: isNamed(adapters),
          locate,
        };
    const adapter: Wrapped = (config) => {
      settleUrls(config);
      return this.#dispatch(config, way, uris);
    };
    adapter[ATTACHMENT] = this;
    return adapter;
  }

  #dispatch(config: Config, way: Way, uris: UriMaker): Promise<AxiosResponse> {
    // What is judged is what is sent, whatever becomes of the config meanwhile.
    const sent = privateCopy(config);
    const address = this.#judge(sent, uris);
    if (address === undefined) return way.isOwn ? way.adapter(config) : sendBare(config, sent, way);
    const sending = new AxiosSending(config, sent, address, way, this.#carrier.settings);
    const exchanged = this.#carrier.exchange(sending);
    return sent.cancelToken ? exchanged.finally(() => sending.release()) : exchanged;
  }

  /** Where a request leads, if the token may go there. */
  #judge(config: Config, uris: UriMaker): string | undefined {
    if (this.#hasOwnHeader(config)) return undefined;
    const address = addressOf(config, uris);
    return address !== undefined && this.#carrier.mayCarryTo(address) ? address : undefined;
  }

  /** Also one that says `false`, which keeps axios from setting it. */
  #hasOwnHeader({ headers, auth }: Config): boolean {
    if (auth) return true;
    const { addedHeaders } = this.#carrier.settings;
    for (const name of Object.keys(headers)) {
      const isWanted =
        addedHeaders.some((added) => isSameName(name, added)) || isSameName(name, 'Authorization');
      if (isWanted && headers[name] !== undefined && headers[name] !== null) return true;
    }
    return false;
  }
}

/** Without the token, and yet by a config of its own: the transformations in the other one are still to run. */
async function sendBare(config: Config, sent: Config, { adapter }: Way): Promise<AxiosResponse> {
  try {
    const response = await adapter(sent);
    showConfig(response, sent, config);
    return response;
  } catch (error) {
    showConfig(error, sent, config);
    showConfig((error as { response?: unknown } | undefined)?.response, sent, config);
    throw error;
  } finally {
    Reflect.set(config, 'headers', sent.headers);
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
function addressOf(config: Config, uris: UriMaker): string | undefined {
  const { url = '', baseURL } = config;
  if (baseURL && PLAIN_PATH.test(url)) return baseURL;
  try {
    return uriOf(config, uris);
  } catch {
    return undefined;
  }
}

/** The whole address, but for its query. */
function uriOf({ url = '', baseURL, allowAbsoluteUrls }: Config, uris: UriMaker): string {
  return uris.getUri({
    url,
    // Nothing left open, which would be filled in from defaults, as an adapter does not.
    baseURL: baseURL ?? '',
    allowAbsoluteUrls: allowAbsoluteUrls ?? true,
  } as AxiosRequestConfig);
}

/** A path that cannot be taken for an address by anybody: then it is appended to the `baseURL`, whose origin holds. */
const PLAIN_PATH = /^\/?(?:[\w.~%?#!$&'()*+,;=-][^\\:@]*)?$/;

/** Whether all of them are axios's own. */
function isNamed(adapters: unknown): boolean {
  return !Array.isArray(adapters) || !adapters.some((adapter) => typeof adapter === 'function');
}

function isSameList(adapters: unknown, others: unknown): boolean {
  if (!Array.isArray(adapters) || !Array.isArray(others)) return adapters === others;
  return adapters.length === others.length && adapters.every((adapter, index) => adapter === others[index]);
}
