import { ConfigurationError } from '../ground/errors.js';
import type { TokenStore } from '../ground/token-store.js';
import { kindOf } from '../ground/value-kind.js';
import { readable } from './option-fields.js';

const METHODS = ['read', 'takeLease', 'extendLease', 'releaseLease', 'write'] as const;

/** @throws {ConfigurationError} when it lacks a method of a store */
export function readStore(option: string, store: unknown): TokenStore {
  const missing = readable(option, () =>
    METHODS.find((name) => typeof (store as TokenStore | null | undefined)?.[name] !== 'function'),
  );
  if (missing === undefined) return store as TokenStore;
  const problem = `must be a TokenStore, such as RedisTokenStore; got ${kindOf(store)} without ${missing}().`;
  throw new ConfigurationError(option, problem);
}
