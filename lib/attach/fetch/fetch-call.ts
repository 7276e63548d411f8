import { parseUrl } from '../../ground/url.js';
import type { FetchHeaders } from './fetch-headers.js';
import { type FetchMembers, type Init, readKnown, readMembers } from './fetch-members.js';

export type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];

/** What one call of fetch asks for, read once: what is judged is what is sent, whatever changes later. */
export interface FetchCall {
  /** Where it leads, if that is an absolute address: then every parser reads it alike. */
  readonly address: string;
  /** What is sent to: the address, or a `Request` that nobody else holds. */
  readonly target: string | Request;
  readonly headers: FetchHeaders | undefined;
  /** `undefined` also where it is that of the target. */
  readonly body: unknown;
  /** All the rest. */
  readonly members: Readonly<Init>;
  /** The arguments of a call that carries no token. */
  readonly untouched: Parameters<Fetch>;
}

const NO_MEMBERS: Readonly<Init> = Object.freeze({});
/** The text of a `Request` of another class than the global one: no address, so nothing else can be meant. */
const FOREIGN_REQUEST = '[object Request]';
/** How a `Request` tells of the default. Given as a member, it would be a referrer like any other. */
const DEFAULT_REFERRER = 'about:client';

/**
 * @throws {TypeError} when fetch would refuse the arguments, and whatever a getter in them throws
 */
export function readCall(input: Input, init: Init | null | undefined): FetchCall {
  if (typeof input !== 'string' && input instanceof Request) return readRequest(input, readMembers(init));
  const text = `${input}`;
  if (init === undefined && text !== FOREIGN_REQUEST) return bareCall(text);
  const given = readMembers(init);
  const settled = init === undefined || init === null ? undefined : (given as Init);
  if (text === FOREIGN_REQUEST) return readForeignRequest(input as unknown as Request, given, settled);
  const address = normalized(text);
  return { address, target: address, ...split(given), untouched: [text, settled] };
}

/** What most calls are. */
function bareCall(text: string): FetchCall {
  const address = normalized(text);
  return {
    address,
    target: address,
    headers: undefined,
    body: undefined,
    members: NO_MEMBERS,
    untouched: [text, undefined],
  };
}

/** By the platform's own rules, which leave no proxy and no subclass: its address is the one that is sent to. */
function readRequest(input: Request, given: FetchMembers): FetchCall {
  const request = new Request(input, given as Init);
  const known = withReferrer(readKnown(request));
  const { referrer, referrerPolicy } = known;
  // Whoever makes a Request of a Request forgets it: fetch does so, in some versions of Node.js.
  const again = referrer === undefined ? undefined : ({ referrer, referrerPolicy } as Init);
  const members = { ...given, ...known, body: given.body };
  return { address: request.url, target: request, ...split(members), untouched: [request, again] };
}

/** It is taken apart, and goes out as a text: so it goes where it was judged, whatever a fetch makes of the object. */
function readForeignRequest(input: Request, given: FetchMembers, settled: Init | undefined): FetchCall {
  const own = withReferrer(readMembers(input));
  const address = normalized(`${own.url}`);
  const members = { ...own, ...given, body: given.body ?? own.body };
  return { address, target: address, ...split(members), untouched: [input, settled] };
}

function withReferrer(members: FetchMembers): FetchMembers {
  if (members.referrer === DEFAULT_REFERRER) delete members.referrer;
  return members;
}

function split({ headers, body, ...members }: FetchMembers): Pick<FetchCall, 'headers' | 'body' | 'members'> {
  return { headers, body: body ?? undefined, members: members as Init };
}

function normalized(address: string): string {
  return parseUrl(address)?.href ?? address;
}
