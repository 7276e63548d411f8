import { parseUrl } from '../../ground/url.js';
import type { Credential } from '../credential.js';
import { directDispatcherFor } from './direct-dispatcher.js';
import type { FetchBody } from './fetch-body.js';
import type { Fetch, FetchCall } from './fetch-call.js';
import { withHeader } from './fetch-headers.js';
import type { Init } from './fetch-members.js';
import { failure, RedirectHop, redirectOf } from './redirect-hop.js';
import { release } from './response-body.js';

/** One call with one token. */
export interface Sending {
  readonly fetch: Fetch;
  /** Whether `fetch` is the one of the options; otherwise it is the global one. */
  readonly isGiven: boolean;
  readonly call: FetchCall;
  readonly body: FetchBody;
  readonly headerName: string;
  readonly addedHeaders: readonly string[];
  readonly credential: Credential;
}

export interface Sent {
  readonly response: Response;
  /** Where it was sent to. */
  readonly address: string;
  /** Whether the token was still with it after all redirects. */
  readonly isCarrying: boolean;
}

type Member = { -readonly [Name in keyof Init]: Init[Name] } & { dispatcher?: unknown };

/**
 * Sends with the token, and follows redirects as fetch does, but for one thing: the token does not go along to another origin,
 * whatever the name of its header, and whatever the fetch that is given would do.
 * @throws {TypeError} when fetch would fail
 */
export async function sendAuthorized(sending: Sending): Promise<Sent> {
  const { call, body, headerName, addedHeaders, credential } = sending;
  const { target, address, members } = call;
  const { redirect = 'follow', method = 'GET', mode } = members;
  const authorized = withHeader(call.headers, headerName, credential.value);
  const proof = credential.prove?.(sentMethod(method), address);
  const headers = proof === undefined ? authorized : withHeader(authorized, 'DPoP', proof);
  const init: Member = { ...members, headers };
  body.addTo(init);
  if (redirect === 'follow') init.redirect = 'manual';
  const response = await send(sending, target, address, init);
  const location = redirect === 'follow' ? redirectOf(response) : undefined;
  if (location === undefined) return { response, address, isCarrying: true };
  const hop = new RedirectHop({ url: address, method, mode, headers: new Headers(headers) }, addedHeaders);
  return follow(hop, { response, location }, sending);
}

/** The answer of another origin does not judge the token, which was not sent there. Some fetches follow although told not to. */
export function isFromWhereItWasSent({ response: { url }, address }: Sent): boolean {
  return !url || url === address || parseUrl(url)?.origin === parseUrl(address)?.origin;
}

/** As fetch writes it: these six, in whatever case, and any other as it is. */
function sentMethod(method: unknown): string {
  const text = String(method);
  return /^(delete|get|head|options|post|put)$/i.test(text) ? text.toUpperCase() : text;
}

interface Redirect {
  readonly response: Response;
  readonly location: string;
}

async function follow(hop: RedirectHop, first: Redirect, sending: Sending): Promise<Sent> {
  const { call, body, headerName, credential } = sending;
  let { response } = first;
  for (let location: string | undefined = first.location; location !== undefined; ) {
    const needsBody = hop.hasBody && response.status !== 303;
    if (needsBody && !body.isReplayable)
      throw failure('a body that can be read but once cannot be sent again');
    hop.goTo(location, response.status);
    release(response);
    const { headers } = response;
    const { address, method } = hop;
    // The proof of the hop before names another address.
    if (credential.prove && hop.headers.has(headerName))
      hop.headers.set('DPoP', credential.prove(sentMethod(method), address, headers));
    const init: Member = { ...call.members, method, headers: new Headers(hop.headers), redirect: 'manual' };
    if (hop.hasBody) body.addTo(init);
    const next = typeof call.target === 'string' ? address : new Request(address, { mode: call.target.mode });
    response = await send(sending, next, address, init);
    location = redirectOf(response);
  }
  // Each hop was a request of its own, so the platform does not set `redirected`.
  Object.defineProperty(response, 'redirected', { value: true, configurable: true });
  return { response, address: hop.address, isCarrying: hop.headers.has(headerName) };
}

/** Sends past the proxy of the environment where it must. A fetch of the options decides about proxies itself. */
function send(sending: Sending, target: string | Request, address: string, init: Member): Promise<Response> {
  const { fetch, isGiven } = sending;
  const dispatcher = isGiven ? undefined : (init.dispatcher ?? directDispatcherFor(address));
  if (dispatcher !== undefined) init.dispatcher = dispatcher as never;
  // With its mode given again, fetch would refuse methods that it lets pass in a `Request`.
  if (typeof target !== 'string') delete init.mode;
  return fetch(target, init);
}
