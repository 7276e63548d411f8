import { ConfigurationError } from '../../ground/errors.js';
import { isPlainObject, kindOf } from '../../ground/value-kind.js';
import type { AttachOptions, TokenSource } from '../attach-options.js';
import { TokenCarrier } from '../token-carrier.js';
import { type Sent, sendAuthorized } from './authorized-sending.js';
import { directDispatcherFor } from './direct-dispatcher.js';
import { FetchBody } from './fetch-body.js';
import { type Fetch, type FetchCall, readCall } from './fetch-call.js';
import { hasHeader } from './fetch-headers.js';
import type { Init } from './fetch-members.js';
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
  const { headerName } = carrier.settings;
  return async (input, init) => {
    const send = fetch ?? globalThis.fetch;
    const call = readCall(input, init);
    const hasOwn = hasHeader(call.headers, 'Authorization') || hasHeader(call.headers, headerName);
    if (hasOwn || !carrier.mayCarryTo(call.address)) return send(...call.untouched);
    return exchange(carrier, call, fetch ?? sendingPastProxies(send));
  };
}

async function exchange(carrier: TokenCarrier<Request>, call: FetchCall, send: Fetch): Promise<Response> {
  const { headerName, rejectionRule } = carrier.settings;
  const body = new FetchBody(call);
  const signal = signalOf(call);
  try {
    return await carrier.exchange<Sent, Response>({
      request: () => shownOf(call),
      isHurried: signal !== undefined,
      patience: () => ({ signal }),
      get isReplayable() {
        return body.isReplayable;
      },
      send: (value) => sendAuthorized({ send, call, body, headerName, value }),
      isRejected: ({ response, isCarrying }) =>
        isCarrying && rejectionRule.isRejected(response.status, response.headers),
      discard: ({ response }) => release(response),
      give: ({ response }) => response,
    });
  } catch (error) {
    if (signal?.aborted) body.cancel(error);
    throw error;
  }
}

/** The one that is given knows its own ways. */
function sendingPastProxies(send: Fetch): Fetch {
  return (target, init) => {
    const address = typeof target === 'string' ? target : (target as Request).url;
    const dispatcher = init?.dispatcher ?? directDispatcherFor(address);
    return send(target, dispatcher ? ({ ...init, dispatcher } as Init) : init);
  };
}

function readFetch(options: AuthorizedFetchOptions): AuthorizedFetchOptions {
  const { fetch } = isPlainObject(options) ? options : {};
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw new ConfigurationError('fetch', `must be a function like fetch; got ${kindOf(fetch)}.`);
  }
  return options ?? {};
}

/** For a target function: without the body, which can be read but once, and without the signal, which would be listened to. */
function shownOf({ address, headers, members: { method = 'GET' } }: FetchCall): Request {
  return new Request(address, { method, headers: headers ?? {} });
}

/** Whatever is no signal, fetch refuses. */
function signalOf({ members: { signal } }: FetchCall): AbortSignal | undefined {
  const { aborted, addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  const isSignal =
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function';
  return isSignal ? (signal as AbortSignal) : undefined;
}
