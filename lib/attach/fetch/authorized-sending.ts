import { parseUrl } from '../../ground/url.js';
import type { FetchBody } from './fetch-body.js';
import type { Fetch, FetchCall } from './fetch-call.js';
import { withHeader } from './fetch-headers.js';
import type { Init } from './fetch-members.js';
import { failure, RedirectHop, redirectOf } from './redirect-hop.js';
import { release } from './response-body.js';

/** One call with one token. */
export interface Sending {
  readonly send: Fetch;
  readonly call: FetchCall;
  readonly body: FetchBody;
  readonly headerName: string;
  readonly value: string;
}

export interface Sent {
  readonly response: Response;
  /** Whether the request that it answers carried the token. */
  readonly isCarrying: boolean;
}

/**
 * Sends with the token, and follows redirects as fetch does, but for one thing: the token does not go along to another origin,
 * whatever the name of its header, and whatever the fetch that is given would do.
 * @throws {TypeError} when fetch would fail
 */
export async function sendAuthorized(sending: Sending): Promise<Sent> {
  const { send, call, body, headerName, value } = sending;
  const { target, address, members } = call;
  const headers = withHeader(call.headers, headerName, value);
  const { redirect = 'follow' } = members;
  const init = { ...members, ...body.next(), headers };
  if (redirect !== 'follow') return { response: await send(target, init as Init), isCarrying: true };
  const response = await send(target, { ...init, redirect: 'manual' } as Init);
  const location = redirectOf(response);
  if (location === undefined) return { response, isCarrying: isFrom(response, address) };
  const { method = 'GET', mode } = members;
  const hop = new RedirectHop({ url: address, method, mode, headers: new Headers(headers) }, headerName);
  return follow(hop, { response, location }, sending);
}

interface Redirect {
  readonly response: Response;
  readonly location: string;
}

async function follow(hop: RedirectHop, first: Redirect, sending: Sending): Promise<Sent> {
  const { send, call, body, headerName } = sending;
  let { response } = first;
  for (let location: string | undefined = first.location; location !== undefined; ) {
    const needsBody = hop.hasBody && response.status !== 303;
    if (needsBody && !body.isReplayable)
      throw failure('a body that can be read but once cannot be sent again');
    hop.goTo(location, response.status);
    release(response);
    const { method, hasBody } = hop;
    const own = {
      method,
      headers: new Headers(hop.headers),
      ...(hasBody && body.next()),
      redirect: 'manual',
    };
    response = await send(hop.address, { ...call.members, ...own } as Init);
    location = redirectOf(response);
  }
  // The platform's class knows of no redirect here.
  Object.defineProperty(response, 'redirected', { value: true, configurable: true });
  return { response, isCarrying: hop.headers.has(headerName) && isFrom(response, hop.address) };
}

/** Where a fetch follows redirects though it must not, that shows in where the answer comes from. */
function isFrom({ url }: Response, address: string): boolean {
  return !url || url === address || parseUrl(url)?.origin === parseUrl(address)?.origin;
}
