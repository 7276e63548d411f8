/** Names the kind of a value without showing text: the text may be a secret that stands in the wrong place. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (isArray(value)) return 'an array';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describeType(typeof value);
}

/** The same; of text its length as well. */
export function describe(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `a string of ${countOf(value)}` : kindOf(value);
}

/** An object of names and values; not a Map or an AbortSignal, whose own properties say nothing. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  try {
    return Object.prototype.toString.call(value) === '[object Object]';
  } catch {
    return false;
  }
}

/** As `Array.isArray`, which throws for a revoked Proxy. */
export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Of whatever make. Where nothing is to be waited for, an `await` would take a turn all the same. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | undefined)?.then === 'function';
}

function describeType(type: string): string {
  if (type === 'undefined') return 'nothing';
  return type === 'object' ? 'an object' : `a ${type}`;
}

/** The length of a text, in words. */
export function countOf({ length }: string): string {
  return length === 1 ? '1 character' : `${length} characters`;
}
