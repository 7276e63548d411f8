/** Shorter than the secrets that servers give out (OneLogin's have 64 characters). */
const MAX_QUOTED_LENGTH = 40;

/** Names the kind of a value without showing text: the text may be a secret that stands in the wrong place. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describeType(typeof value);
}

/** Shows short text, and of long text its length alone: it may be a secret that stands in the wrong place. */
export function quote(value: unknown): string {
  if (typeof value !== 'string' || value === '') return kindOf(value);
  return isQuotable(value) ? JSON.stringify(value) : `a string of ${value.length} characters`;
}

export function isQuotable(text: string): boolean {
  return text.length <= MAX_QUOTED_LENGTH;
}

/** An object of names and values; not a Map or an AbortSignal, whose own properties say nothing. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function describeType(type: string): string {
  if (type === 'undefined') return 'nothing';
  return type === 'object' ? 'an object' : `a ${type}`;
}
