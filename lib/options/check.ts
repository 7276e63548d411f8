import { ConfigurationError } from '../errors.js';
import { isHarmless, nearestOf } from './known-words.js';

/** Longer arrays are not read. */
const MAX_ITEMS = 1_000;

/** Says what was given, without showing text: it may be a secret in the wrong place. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (isArray(value)) return 'an array';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describeType(typeof value);
}

/** Shows text of known words alone: any other may be a secret in the wrong place. */
export function quote(value: unknown): string {
  if (typeof value !== 'string' || value === '') return kindOf(value);
  return isHarmless(value) ? JSON.stringify(value) : `a string of ${characters(value)}`;
}

function characters({ length }: string): string {
  return length === 1 ? '1 character' : `${length} characters`;
}

function describeType(type: string): string {
  if (type === 'undefined') return 'nothing';
  return type === 'object' ? 'an object' : `a ${type}`;
}

/** An object of names and values; not a Map, an AbortSignal, or what else would seem empty. */
export function isBag(value: unknown): value is Record<string, unknown> {
  try {
    return Object.prototype.toString.call(value) === '[object Object]';
  } catch {
    return false;
  }
}

/** A Proxy that is revoked throws when it is asked. */
function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Runs `read`, which looks at what users gave. Whatever that throws becomes an error about the option, and tells nothing of it. */
export function readable<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new ConfigurationError(option, 'cannot be read: it throws when it is looked at.');
  }
}

/** A copy, so that each option (a getter, perhaps) is read once; of known names alone. */
export function asFields<T extends object>(option: string, value: unknown, known: readonly (keyof T)[]): T {
  if (!isBag(value)) throw new ConfigurationError(option, `must be a plain object; got ${kindOf(value)}.`);
  const names = readable(option, () => Object.keys(value));
  const unknown = names.find((name) => !known.includes(name as keyof T));
  if (unknown !== undefined) throw unknownName(option, unknown, known.map(String));
  const inherited = readable(option, () =>
    known.find((name) => name in value && !Object.hasOwn(value, name)),
  );
  if (inherited !== undefined) {
    throw new ConfigurationError(String(inherited), `is inherited. Give the ${option} as a plain object.`);
  }
  return Object.fromEntries(names.map((name) => [name, readable(name, () => value[name])])) as T;
}

/** The name may be a secret in the wrong place, too. */
function unknownName(option: string, name: string, known: readonly string[]): ConfigurationError {
  const list = `Known: ${known.join(', ')}.`;
  const meant = nearestOf(name, known);
  if (meant === undefined && !isHarmless(name))
    return new ConfigurationError(option, `contains an unknown name of ${characters(name)}. ${list}`);
  const mend = meant === undefined ? list : `Did you mean ${meant}? ${list}`;
  return new ConfigurationError(name, `is not among the ${option}. ${mend}`);
}

/** Runs `read`; an error about an option in it names what that option is part of, too. */
export function within<T>(whole: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problem = error.message.slice(error.option.length + 2);
    throw new ConfigurationError(`${whole}.${error.option}`, problem);
  }
}

/** Not `URL.canParse`: once optimised, that of Node.js 20 refuses addresses with Latin-1 letters. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export function asNumber(option: string, value: unknown, { min, max, default: fallback }: Range): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    const hint = typeof value === 'string' ? ' Convert text with Number() first.' : '';
    throw new ConfigurationError(
      option,
      `must be a number from ${min} to ${max}; got ${kindOf(value)}.${hint}`,
    );
  }
  return value;
}

export function asInteger(option: string, value: unknown, range: Range): number {
  const number = asNumber(option, value, range);
  if (!Number.isInteger(number)) {
    throw new ConfigurationError(option, `must be a whole number; got ${number}.`);
  }
  return number;
}

export function asBoolean(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') {
    throw new ConfigurationError(option, `must be true or false; got ${kindOf(value)}.`);
  }
  return value;
}

export function asOneOf<T extends string>(option: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const list = choices.map((choice) => `'${choice}'`).join(', ');
    throw new ConfigurationError(option, `must be one of ${list}; got ${quote(value)}.`);
  }
  return found;
}

/** One string, or an array of strings, as a sorted list without duplicates. */
export function asSet(option: string, value: unknown, separator?: RegExp): readonly string[] {
  const items = isArray(value) ? itemsOf(option, value) : [value];
  const texts = items.flatMap((item) => {
    if (typeof item !== 'string') {
      throw new ConfigurationError(option, `must be a string or an array of strings; got ${kindOf(item)}.`);
    }
    return separator ? item.split(separator).filter(Boolean) : [item];
  });
  return Object.freeze([...new Set(texts)].sort());
}

function itemsOf(option: string, array: readonly unknown[]): unknown[] {
  const length = readable(option, () => array.length);
  if (!(length <= MAX_ITEMS))
    throw new ConfigurationError(option, `must have at most ${MAX_ITEMS} items; got ${kindOf(length)}.`);
  return readable(option, () => Array.from(array));
}
