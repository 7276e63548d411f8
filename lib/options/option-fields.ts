import { ConfigurationError } from '../ground/errors.js';
import { isPlainObject, kindOf } from '../ground/value-kind.js';

/**
 * A copy of an object of options, so that each of them (a getter, perhaps) is read once.
 * @throws {ConfigurationError} when a name in it is not known, or one of them is inherited
 */
export function readFields<T extends object>(option: string, value: unknown, known: readonly (keyof T)[]): T {
  if (!isPlainObject(value))
    throw new ConfigurationError(option, `must be a plain object; got ${kindOf(value)}.`);
  const names: readonly PropertyKey[] = known;
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(unknown, `is not among the ${option}. Known: ${known.join(', ')}.`);
  }
  const inherited = known.find((name) => name in value && !Object.hasOwn(value, name));
  if (inherited !== undefined) {
    throw new ConfigurationError(String(inherited), `is inherited. Give the ${option} as a plain object.`);
  }
  return { ...value } as T;
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
