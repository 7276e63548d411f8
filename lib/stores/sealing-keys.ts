import { withDeadline } from '../ground/deadline.js';
import { ConfigurationError, TokenStoreError } from '../ground/errors.js';
import { isPlainObject, kindOf } from '../ground/value-kind.js';
import { memberOf, readable } from '../options/option-fields.js';

/** 32 bytes: a Buffer, or base64 of them. */
export type SealingKey = string | Uint8Array;
/** Asked when the key is first needed, and again only if it failed. */
export type SealingKeySource = SealingKey | (() => SealingKey | Promise<SealingKey>);

const KEY_BYTES = 32;
/** How long a function may take to give a key, in ms; then it is asked again. */
const KEY_TIME_MS = 10_000;
/** JavaScript keeps the order of names that begin with a letter; it would sort numbers. */
const KEY_ID = /^[A-Za-z][\w-]{0,31}$/;
const BASE64 = /^[\w+/-]+={0,2}$/;
const MAKE_ONE = 'Make one by `openssl rand -base64 32`.';

/** The keys of a store, by their ids. The first one seals. */
export class SealingKeys {
  readonly firstId: string;
  readonly #sources: ReadonlyMap<string, () => Promise<Uint8Array>>;

  /** @throws {ConfigurationError} when one of them is malformed; what a function gives is known only later */
  constructor(keys: unknown) {
    if (!isPlainObject(keys)) {
      throw new ConfigurationError('keys', `must be an object of keys by id; got ${kindOf(keys)}.`);
    }
    const entries = readable('keys', () => Object.entries(keys));
    const sources = entries.map(
      ([id, key], place) => [id, readSource(id, key, memberOf('keys', id, place))] as const,
    );
    const [first] = sources;
    if (!first) {
      throw new ConfigurationError('keys', `must hold one key at least, as { k1: … }. ${MAKE_ONE}`);
    }
    [this.firstId] = first;
    this.#sources = new Map(sources);
  }

  has(id: string): boolean {
    return this.#sources.has(id);
  }

  async get(id: string): Promise<Uint8Array> {
    const source = this.#sources.get(id);
    if (!source) throw new ConfigurationError(`keys.${id}`, 'is not among the keys.');
    return source();
  }
}

function readSource(id: string, key: unknown, option: string): () => Promise<Uint8Array> {
  if (!KEY_ID.test(id)) {
    throw new ConfigurationError(
      'keys',
      'has an id that is not 1 to 32 letters, digits, - and _, beginning with a letter.',
    );
  }
  if (typeof key !== 'function') {
    const bytes = readKey(option, key);
    return async () => bytes;
  }
  const { signal } = new AbortController();
  const onTimeout = () => new TokenStoreError(`${option} gave no key in time.`, 'ETIMEDOUT');
  const ask = async (): Promise<Uint8Array> =>
    readKey(option, await withDeadline(() => key(), { timeoutMs: KEY_TIME_MS, signal, onTimeout }));
  let known: Promise<Uint8Array> | undefined;
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

function readKey(option: string, key: unknown): Uint8Array {
  const isText = typeof key === 'string' && BASE64.test(key);
  const bytes = isText ? Buffer.from(key, 'base64') : readable(option, () => copyOf(key));
  if (!bytes) {
    const got = typeof key === 'string' && key !== '' ? 'other text' : kindOf(key);
    throw new ConfigurationError(
      option,
      `must be 32 bytes, as base64 or as a Buffer; got ${got}. ${MAKE_ONE}`,
    );
  }
  if (bytes.length !== KEY_BYTES) {
    throw new ConfigurationError(option, `must be 32 bytes; got ${bytes.length}. ${MAKE_ONE}`);
  }
  return bytes;
}

/** A copy of bytes, since theirs may be wiped; `undefined` of anything else. */
function copyOf(key: unknown): Uint8Array | undefined {
  return key instanceof Uint8Array ? Uint8Array.from(key) : undefined;
}
