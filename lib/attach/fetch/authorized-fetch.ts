import { ConfigurationError } from '../../errors.js';
import { isBag, kindOf, parseUrl } from '../../options/check.js';
import type { AttachOptions, TokenSource } from '../attach-options.js';
import { namesHeader, readHeaders, withHeader } from '../header-list.js';
import type { RejectionRule } from '../rejection-rule.js';
import { isReplayable } from '../replayable-body.js';
import { TokenCarrier } from '../token-carrier.js';
import { followRedirects, isRequest } from './fetch-redirects.js';

type Fetch = typeof globalThis.fetch;
type HeadersInit = NonNullable<RequestInit['headers']>;

export interface AuthorizedFetchOptions extends AttachOptions<Request> {
  /** What sends the requests. Default: the global `fetch` of the moment. */
  readonly fetch?: Fetch | undefined;
}

/**
 * A `fetch` whose requests to the allowed origins carry the token, and are sent once more with a newer one where the API
 * rejects it. An `Authorization` header of the caller's own wins.
 * @throws {ConfigurationError} when an option is malformed, or `origins` is missing
 */
export function createAuthorizedFetch(provider: TokenSource, options: AuthorizedFetchOptions): Fetch {
  const { fetch, ...others } = readFetch(options);
  const carrier = new TokenCarrier<Request>(provider, others);
  const { headerName, isAuthorization, rejectionRule } = carrier.settings;
  return async (input, init) => {
    const send = fetch ?? globalThis.fetch;
    // All of it is read now: it may change while a token is waited for.
    const request = isRequest(input) ? input : undefined;
    const address = request?.url ?? String(input);
    const target = request ?? address;
    const headers = readHeaders(init?.headers ?? request?.headers);
    const settled = init && settle(init, headers as HeadersInit);
    const mayCarry = !namesHeader(headers, 'Authorization', headerName) && carrier.mayCarryTo(address);
    if (!mayCarry) return send(target, settled);
    const sendWith = (value: string): Promise<Response> => {
      const authorized = { ...settled, headers: withHeader(headers, headerName, value) as HeadersInit };
      return isAuthorization
        ? send(target, authorized)
        : followRedirects(send, target, authorized, headerName);
    };
    const signal = settled?.signal ?? request?.signal;
    const method = settled?.method ?? request?.method ?? 'GET';
    return carrier.exchange({
      // Without its body, which is to be read but once.
      request: () => new Request(address, { method, headers: headers as HeadersInit }),
      isHurried: signal !== undefined && signal !== null,
      patience: () => ({ signal }),
      isReplayable: isReplayable(settled?.body ?? request?.body),
      send: sendWith,
      isRejected: (response) => isRejected(rejectionRule, response, address),
      discard: (response) => response.body?.cancel(),
      give: (response) => response,
    });
  };
}

function readFetch(options: AuthorizedFetchOptions): AuthorizedFetchOptions {
  const { fetch } = isBag(options) ? options : {};
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw new ConfigurationError('fetch', `must be a function like fetch; got ${kindOf(fetch)}.`);
  }
  return options ?? {};
}

/** With these headers, and parameters that nobody else can change. Other bodies stay as they are: they may be large. */
function settle(init: RequestInit, headers: HeadersInit): RequestInit {
  const settled = { ...init };
  if (init.headers) settled.headers = headers;
  if (init.body instanceof URLSearchParams) settled.body = new URLSearchParams(init.body);
  return settled;
}

/** The answer of another origin, which has seen no token, says nothing of it. */
function isRejected(rule: RejectionRule, { status, headers, url }: Response, address: string): boolean {
  const isOfOrigin = !url || url === address || parseUrl(url)?.origin === parseUrl(address)?.origin;
  return isOfOrigin && rule.isRejected(status, headers);
}
