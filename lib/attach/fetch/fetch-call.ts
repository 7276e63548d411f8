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
/** The text of a `Request` of another class than the global one. No address has this text, so it cannot mean anything else. */
const FOREIGN_REQUEST = '[object Request]';
/** The `referrer` of a `Request` that has the default one. Passed to fetch, it would count as a real referrer. */
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

/** Makes a `Request` of the platform's own class: a Proxy or a subclass could show one address and send to another. */
function readRequest(input: Request, given: FetchMembers): FetchCall {
  const request = new Request(input, given as Init);
  const known = withReferrer(readKnown(request));
  const { referrer, referrerPolicy } = known;
  // Given again, since `new Request(request)` loses the referrer; fetch does that in some versions of Node.js.
  const again = referrer === undefined ? undefined : ({ referrer, referrerPolicy } as Init);
  const members = { ...given, ...known, body: given.body };
  return { address: request.url, target: request, ...split(members), untouched: [request, again] };
}

/** Sent by its address and its members, not as an object: so it goes to the address that was checked. */
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
