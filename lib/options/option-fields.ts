import { ConfigurationError } from '../ground/errors.js';
import { countOf, isPlainObject, kindOf } from '../ground/value-kind.js';

/**
 * A copy of an object of options, so that each of them (a getter, perhaps) is read once.
 * @throws {ConfigurationError} when a name in it is not known, one of them is inherited, or it cannot be read
 */
export function readFields<T extends object>(option: string, value: unknown, known: readonly (keyof T)[]): T {
  checkPlainObject(option, value);
  const names = readable(option, () => Object.keys(value));
  const place = names.findIndex((name) => !known.includes(name as keyof T));
  if (place >= 0) throw unknownName(option, names[place] as string, known.map(String));
  const inherited = readable(option, () =>
    known.find((name) => name in value && !Object.hasOwn(value, name)),
  );
  if (inherited !== undefined) {
    throw new ConfigurationError(String(inherited), `is inherited. Give the ${option} as a plain object.`);
  }
  return Object.fromEntries(names.map((name) => [name, readable(name, () => value[name])])) as T;
}

/**
 * As {@link readFields}, for an option that holds others: errors name them with it, as `retry.retries`.
 * @throws {ConfigurationError} the same
 */
export function readMembers<T extends object>(
  option: string,
  value: unknown,
  known: readonly (keyof T)[],
): T {
  checkPlainObject(option, value);
  const all = `${option} options`;
  try {
    return readFields<T>(all, value, known);
  } catch (error) {
    const { option: wrong, message } = error as ConfigurationError;
    const problem = message.slice(wrong.length + 2);
    throw new ConfigurationError(wrong === all ? option : `${option}.${wrong}`, problem);
  }
}

/** @throws {ConfigurationError} when it is not an object of names and values */
export function checkPlainObject(option: string, value: unknown): asserts value is Record<string, unknown> {
  if (isPlainObject(value)) return;
  throw new ConfigurationError(option, `must be a plain object; got ${kindOf(value)}.`);
}

/** Runs `read`, which looks at what the user gave. Whatever that throws becomes an error about the option, and shows nothing of it. */
export function readable<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new ConfigurationError(option, 'cannot be read: it throws when it is looked at.');
  }
}

/** Runs `read`; an error about an option in it names the whole that this option is part of, too. */
export function within<T>(whole: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problem = error.message.slice(error.option.length + 2);
    throw new ConfigurationError(`${whole}.${error.option}`, problem);
  }
}

/** Names that users choose are short words, as `us-east-1`; anything else may be a secret in the wrong place. */
const CHOSEN_NAME = /^(?=.{1,14}$)[a-z]+([-_.][a-z]+)*([-_]?\d{1,2})?$/i;

/** How a member of an option is named, where users choose the names: `regions.eu`, or by its place, as `regions[1]`. */
export function memberOf(option: string, name: string, place: number): string {
  return CHOSEN_NAME.test(name) ? `${option}.${name}` : `${option}[${place}]`;
}

function unknownName(option: string, name: string, known: readonly string[]): ConfigurationError {
  const list = `Known: ${known.join(', ')}.`;
  if (!CHOSEN_NAME.test(name))
    return new ConfigurationError(option, `contains an unknown name of ${countOf(name)}. ${list}`);
  const meant = known.find((one) => isSlipOf(one, name));
  const hint = meant === undefined ? '' : `Did you mean ${meant}? `;
  return new ConfigurationError(name, `is not among the ${option}. ${hint}${list}`);
}

/**
 * Whether two names differ by one slip: a letter is missing, added or wrong, or two are swapped, or the unit is left out. Case is
 * ignored.
 */
function isSlipOf(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === `${b}ms`) return true;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isSwapped = restA.length === 2 && restA === [...restB].reverse().join('');
  return Math.min(a.length, b.length) >= 5 && (isSwapped || (restA.length <= 1 && restB.length <= 1));
}
