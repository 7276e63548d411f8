import { copyBody } from './body-copy.js';
import { copyHeaders, type FetchHeaders } from './fetch-headers.js';

export type Init = NonNullable<Parameters<typeof globalThis.fetch>[1]>;

/** What fetch is given beside the address, read and copied. */
export interface FetchMembers extends Record<string, unknown> {
  headers?: FetchHeaders;
}

/** In the order in which they are read. Whatever else there is, is for a fetch that is given. */
const CONVERTERS: readonly (readonly [name: string, convert: (value: unknown) => unknown])[] = [
  ['method', asText],
  ['headers', copyHeaders],
  ['body', copyBody],
  ['referrer', asText],
  ['referrerPolicy', asText],
  ['mode', asText],
  ['credentials', asText],
  ['cache', asText],
  ['redirect', asText],
  ['integrity', asText],
  ['keepalive', asItIs],
  ['signal', asItIs],
  ['window', asItIs],
  ['duplex', asText],
  ['dispatcher', asItIs],
  ['priority', asText],
];
/** `__proto__` is not copied: an assignment to it would do something else. */
const KNOWN = new Set(['__proto__', ...CONVERTERS.map(([name]) => name)]);

/**
 * Reads as a WebIDL dictionary is read: each member once, in a fixed order, also what is inherited or made by a getter.
 * `undefined` is nothing.
 * @throws {TypeError} when fetch would refuse it, and whatever a getter throws
 */
export function readMembers(init: unknown): FetchMembers {
  if (init === undefined || init === null) return {};
  if (typeof init !== 'object' && typeof init !== 'function') {
    // The platform says what is wrong.
    return readKnown(new Request('http://localhost/', init as Init));
  }
  const given = init as Record<string, unknown>;
  const members = readKnown(given);
  for (const name in given) if (!KNOWN.has(name)) members[name] = given[name];
  return members;
}

/** The members alone of which fetch itself knows. */
export function readKnown(given: object): FetchMembers {
  const members: FetchMembers = {};
  for (const [name, convert] of CONVERTERS) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) members[name] = convert(value);
  }
  return members;
}

/** Objects become text now, since they may change later. Other values stay as they are: not every fetch turns `null` into text. */
function asText(value: unknown): unknown {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject ? `${value}` : value;
}

function asItIs(value: unknown): unknown {
  return value;
}
