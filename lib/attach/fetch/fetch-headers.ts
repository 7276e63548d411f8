import { isSameName } from '../header-list.js';

/** What fetch takes as headers, in one of the two forms that change no more. */
export type FetchHeaders = Headers | Record<string, string>;

/**
 * A copy that holds strings alone, made by the rules of fetch. A plain record stays one.
 * @throws {TypeError} when fetch would refuse them
 */
export function copyHeaders(given: unknown): FetchHeaders {
  if (isPlainRecord(given)) {
    const copy = { ...given };
    if (Object.values(copy).every((value) => typeof value === 'string'))
      return copy as Record<string, string>;
    return new Headers(copy as Record<string, string>);
  }
  return new Headers(given as HeadersInit);
}

export function hasHeader(headers: FetchHeaders | undefined, name: string): boolean {
  if (headers === undefined) return false;
  if (headers instanceof Headers) return headers.has(name);
  return Object.keys(headers).some((other) => isSameName(other, name));
}

/** The same with a header more, which was not there. */
export function withHeader(headers: FetchHeaders | undefined, name: string, value: string): FetchHeaders {
  if (!(headers instanceof Headers)) return { ...headers, [name]: value };
  const copy = new Headers(headers);
  copy.set(name, value);
  return copy;
}

type HeadersInit = ConstructorParameters<typeof Headers>[0];

/** Whether a copy by `...` misses nothing: an object without inherited, hidden or symbol members. */
function isPlainRecord(given: unknown): given is Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Symbol.iterator in given) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.keys(given).length === Reflect.ownKeys(given).length;
}
