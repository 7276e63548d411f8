import { createHash } from 'node:crypto';
import { elapsedMs, now } from '../ground/clock.js';
import { ConfigurationError, TokenStoreError } from '../ground/errors.js';
import {
  LONGEST_LEASE_MS,
  type StoredState,
  type StoredToken,
  type TokenStore,
} from '../ground/token-store.js';
import { kindOf } from '../ground/value-kind.js';
import { readFields } from '../options/option-fields.js';
import { readBoolean } from '../options/option-values.js';
import { connect, type RedisClient, type RedisScript, type RunScript } from './redis-connection.js';
import {
  EXTEND_LEASE,
  LOOK_AT_CLOCK,
  MAX_RECORD_LENGTH,
  READ,
  RELEASE_LEASE,
  TAKE_LEASE,
  WRITE,
} from './redis-scripts.js';
import { type SealingKeySource, SealingKeys } from './sealing-keys.js';
import { readRecord, writeRecord } from './token-record.js';
import { KeySeal, NoSeal, RecordFault, type Seal } from './token-seal.js';

export interface RedisTokenStoreOptions {
  /** A client of ioredis or node-redis that you have opened, and close yourself. */
  readonly client: RedisClient;
  /**
   * What tokens are sealed with, by id: 32 bytes each, as base64 or as a Buffer, or a function that gives them. The first
   * seals, all of them open. Ids begin with a letter.
   */
  readonly keys?: Readonly<Record<string, SealingKeySource | undefined>> | undefined;
  /** `false` stores tokens in clear: whoever reads Redis can use them, and whoever writes can replace them. Default true. */
  readonly sealed?: boolean | undefined;
  /** What the names of all keys in Redis begin with. Default `m2m:`. */
  readonly prefix?: string | undefined;
}

/**
 * Shares tokens on Redis 7 or Valkey, be that one server, Sentinel or Cluster. Tokens are sealed with AES-256-GCM, together
 * with their target, the prefix, and their end by the clock of Redis; secrets never go there, and the names of keys are
 * digests.
 */
export class RedisTokenStore implements TokenStore {
  readonly #run: RunScript;
  readonly #seal: Seal;
  readonly #prefix: string;

  /** @throws {ConfigurationError} when an option is missing or malformed */
  constructor(options: RedisTokenStoreOptions) {
    const known = ['client', 'keys', 'sealed', 'prefix'] as const;
    const { client, keys, sealed, prefix } = readFields<RedisTokenStoreOptions>(
      'RedisTokenStore options',
      options,
      known,
    );
    this.#run = connect(client);
    this.#seal = readSeal(keys, readBoolean('sealed', sealed, true));
    this.#prefix = readPrefix(prefix);
  }

  async read(target: string): Promise<StoredState> {
    const reply = asReply(await this.#run(READ, this.#keysOf(target), [LONGEST_LEASE_MS]), 5);
    const [record, leftMs, leaseOwner, time, name] = reply as [
      unknown,
      unknown,
      string | null,
      unknown,
      unknown,
    ];
    const owner = leaseOwner ?? undefined;
    if (record === null) return { owner };
    try {
      if (record === '') throw new RecordFault('is no text, or too long');
      const place = { about: aboutOf(name, target), nowMs: asMs(time), leftMs: Number(leftMs) };
      const token = await readRecord(String(record), place, this.#seal);
      return token ? { token, owner } : { owner };
    } catch (error) {
      if (error instanceof RecordFault) return { fault: error.message, owner };
      throw error;
    }
  }

  async takeLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#does(TAKE_LEASE, target, [owner, Math.ceil(leaseMs)]);
  }

  async extendLease(target: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#does(EXTEND_LEASE, target, [owner, Math.ceil(leaseMs)]);
  }

  async releaseLease(target: string, owner: string): Promise<void> {
    await this.#does(RELEASE_LEASE, target, [owner]);
  }

  /** The clock of Redis is read first: by that clock alone writers and readers agree when a token ends. */
  async write(target: string, owner: string, token: StoredToken): Promise<boolean> {
    const since = now();
    const [time, name] = asReply(await this.#run(LOOK_AT_CLOCK, this.#keysOf(target), []), 2);
    // Redis read its clock at some moment of the call: the whole duration of the call is subtracted, so that no end is too late.
    const remainingMs = token.remainingMs - elapsedMs(since);
    if (!(remainingMs > 0)) return false;
    const place = { about: aboutOf(name, target), nowMs: asMs(time) };
    const record = await writeRecord({ ...token, remainingMs }, place, this.#seal);
    if (record.length > MAX_RECORD_LENGTH)
      throw new TokenStoreError('The token is too long to be stored.', 'ERR_TOO_LONG');
    return this.#does(WRITE, target, [owner, record, Math.ceil(remainingMs)]);
  }

  /** Clients can be told to give numbers as text. */
  async #does(
    script: RedisScript,
    target: string,
    parameters: readonly (string | number)[],
  ): Promise<boolean> {
    const reply = await this.#run(script, this.#keysOf(target), [LONGEST_LEASE_MS, ...parameters]);
    if (!['0', '1'].includes(String(reply))) throw noSuchReply();
    return String(reply) === '1';
  }

  /** In one slot of a cluster. */
  #keysOf(target: string): string[] {
    const digest = createHash('sha256').update(target).digest('base64url');
    return [`${this.#prefix}{${digest}}:token`, `${this.#prefix}{${digest}}:lease`];
  }
}

/** What a record is bound to: its place in Redis, prefix and all, and its target. */
function aboutOf(name: unknown, target: string): string {
  return JSON.stringify([String(name), target]);
}

function asReply(reply: unknown, length: number): unknown[] {
  if (Array.isArray(reply) && reply.length === length) return reply;
  throw noSuchReply();
}

function asMs(microseconds: unknown): number {
  const ms = Number(microseconds) / 1_000;
  if (ms > 0 && Number.isFinite(ms)) return ms;
  throw noSuchReply();
}

function noSuchReply(): TokenStoreError {
  return new TokenStoreError('Redis gave no such reply.', 'ERR_REPLY');
}

function readSeal(keys: unknown, isSealed: boolean): Seal {
  if (isSealed && keys === undefined) {
    throw new ConfigurationError(
      'keys',
      'is missing. Give { k1: 32 bytes as base64 or Buffer }, or sealed: false to store tokens in clear.',
    );
  }
  if (!isSealed && keys !== undefined) {
    throw new ConfigurationError('sealed', 'is false, but there are keys. Give one of the two.');
  }
  return isSealed ? new KeySeal(new SealingKeys(keys)) : new NoSeal();
}

/** Braces would choose the slot of a cluster. */
function readPrefix(prefix: unknown = 'm2m:'): string {
  if (typeof prefix === 'string' && prefix.length <= 128 && !/[{}\s]/.test(prefix)) return prefix;
  const got = typeof prefix === 'string' ? 'other text' : kindOf(prefix);
  throw new ConfigurationError(
    'prefix',
    `must be up to 128 characters without braces and white space; got ${got}.`,
  );
}
