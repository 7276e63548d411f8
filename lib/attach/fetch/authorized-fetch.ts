import { ConfigurationError } from '../../ground/errors.js';
import { isPlainObject, kindOf } from '../../ground/value-kind.js';
import type { AttachOptions, AttachSettings, TokenSource } from '../attach-options.js';
import type { Credential } from '../credential.js';
import { type Exchange, TokenCarrier } from '../token-carrier.js';
import { isFromWhereItWasSent, type Sending, type Sent, sendAuthorized } from './authorized-sending.js';
import { FetchBody } from './fetch-body.js';
import { type Fetch, type FetchCall, readCall } from './fetch-call.js';
import { hasHeader } from './fetch-headers.js';
import { release } from './response-body.js';

export interface AuthorizedFetchOptions extends AttachOptions<Request> {
  /** What sends the requests. Default: the global `fetch` of the moment. */
  readonly fetch?: Fetch | undefined;
}

/**
 * A `fetch` whose requests to the allowed origins carry the token, and are sent once more with a newer one where the API
 * rejects it. An `Authorization` header of the caller's own wins. Redirects are followed here, whichever fetch sends.
 * @throws {ConfigurationError} when an option is malformed, or `origins` is missing
 */
export function createAuthorizedFetch(provider: TokenSource, options: AuthorizedFetchOptions): Fetch {
  const { fetch, ...others } = readFetch(options);
  const carrier = new TokenCarrier<Request>(provider, others);
  const { headerName, addedHeaders } = carrier.settings;
  const isGiven = fetch !== undefined;
  return async (input, init) => {
    const send = fetch ?? globalThis.fetch;
    const call = readCall(input, init);
    const hasOwn = ['Authorization', ...addedHeaders].some((name) => hasHeader(call.headers, name));
    if (hasOwn || !carrier.mayCarryTo(call.address)) return send(...call.untouched);
    return new FetchExchange(call, { fetch: send, isGiven, headerName, addedHeaders }).runBy(carrier);
  };
}

type Settings = Pick<AttachSettings<Request>, 'headerName' | 'addedHeaders'> &
  Pick<Sending, 'fetch' | 'isGiven'>;

class FetchExchange implements Exchange<Request, Sent, Response> {
  readonly #call: FetchCall;
  readonly #settings: Settings;
  readonly #body: FetchBody;
  readonly #signal: AbortSignal | undefined;
  #credential: Credential | undefined;

  constructor(call: FetchCall, settings: Settings) {
    this.#call = call;
    this.#settings = settings;
    this.#body = new FetchBody(call);
    this.#signal = signalOf(call);
  }

  runBy(carrier: TokenCarrier<Request>): Promise<Response> {
    const signal = this.#signal;
    const exchanged = carrier.exchange(this);
    if (!signal) return exchanged;
    return exchanged.catch((error) => {
      if (signal.aborted) this.#body.cancel(error);
      throw error;
    });
  }

  get isHurried(): boolean {
    return this.#signal !== undefined;
  }

  get isReplayable(): boolean {
    return this.#body.isReplayable;
  }

  /** The request for a target function: without the body (it can be read only once) and the signal (it would get a listener). */
  request(): Request {
    const { address, headers, members } = this.#call;
    return new Request(address, { method: members.method ?? 'GET', headers: headers ?? {} });
  }

  patience(): { signal: AbortSignal | undefined } {
    return { signal: this.#signal };
  }

  send(credential: Credential): Promise<Sent> {
    this.#credential = credential;
    return sendAuthorized({ ...this.#settings, call: this.#call, body: this.#body, credential });
  }

  isRejected(sent: Sent): boolean {
    const { status, headers } = sent.response;
    const isRejection = sent.isCarrying && this.#credential?.isRejected(status, headers) === true;
    return isRejection && isFromWhereItWasSent(sent);
  }

  discard({ response }: Sent): void {
    release(response);
  }

  give({ response }: Sent): Response {
    return response;
  }
}

function readFetch(options: AuthorizedFetchOptions): AuthorizedFetchOptions {
  const { fetch } = isPlainObject(options) ? options : {};
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw new ConfigurationError('fetch', `must be a function like fetch; got ${kindOf(fetch)}.`);
  }
  return options ?? {};
}

/** `undefined` for what is not a signal: fetch itself refuses the call then. */
function signalOf({ members: { signal } }: FetchCall): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  const { aborted, addEventListener, removeEventListener } = signal as Partial<AbortSignal>;
  const isSignal =
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function';
  return isSignal ? signal : undefined;
}
