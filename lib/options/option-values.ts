import { ConfigurationError } from '../ground/errors.js';
import { describe, isArray, kindOf } from '../ground/value-kind.js';
import { readable } from './option-fields.js';

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export function readNumber(option: string, value: unknown, { min, max, default: fallback }: Range): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    const hint = typeof value === 'string' ? ' Convert text with Number() first.' : '';
    const range = min === Number.MIN_VALUE ? `above 0, up to ${max}` : `from ${min} to ${max}`;
    throw new ConfigurationError(option, `must be a number ${range}; got ${kindOf(value)}.${hint}`);
  }
  return value;
}

export function readInteger(option: string, value: unknown, range: Range): number {
  const number = readNumber(option, value, range);
  if (!Number.isInteger(number)) {
    throw new ConfigurationError(option, `must be a whole number; got ${number}.`);
  }
  return number;
}

export function readBoolean(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') {
    throw new ConfigurationError(option, `must be true or false; got ${kindOf(value)}.`);
  }
  return value;
}

export function readChoice<T extends string>(option: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const list = choices.map((choice) => `'${choice}'`).join(', ');
    throw new ConfigurationError(option, `must be one of ${list}; got ${describe(value)}.`);
  }
  return found;
}

/** Longer arrays are not read. */
const MAX_ITEMS = 1_000;

/** One string, or an array of strings. */
export function readTexts(option: string, value: unknown): readonly string[] {
  const items = isArray(value) ? readItems(option, value) : [value];
  for (const item of items)
    if (typeof item !== 'string')
      throw new ConfigurationError(option, `must be a string or an array of strings; got ${kindOf(item)}.`);
  return items as string[];
}

/** A copy of an array. */
export function readItems(option: string, array: readonly unknown[]): unknown[] {
  const length = readable(option, () => array.length);
  if (!(length <= MAX_ITEMS))
    throw new ConfigurationError(option, `must have at most ${MAX_ITEMS} items; got ${length}.`);
  return readable(option, () => Array.from(array));
}
