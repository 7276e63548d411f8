import { createHash } from 'node:crypto';
import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import { readable } from '../options/option-fields.js';

/** A client of ioredis: `Redis` or `Cluster`. */
export interface IoredisLike {
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(digest: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** A client of node-redis: of `createClient`, `createClientPool`, `createSentinel` or `createCluster`. */
export interface NodeRedisLike {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(digest: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

export type RedisClient = IoredisLike | NodeRedisLike;

/** A script, which Redis runs in one step. */
export class RedisScript {
  readonly text: string;
  readonly digest: string;

  constructor(text: string) {
    this.text = text;
    this.digest = createHash('sha1').update(text).digest('hex');
  }
}

/** Runs scripts by the client of the user's own, whichever it is. */
export type RunScript = (
  script: RedisScript,
  keys: string[],
  parameters: readonly (string | number)[],
) => Promise<unknown>;

/** @throws {ConfigurationError} when it is no client that is known */
export function connect(client: unknown): RunScript {
  const call = readClient(client);
  return async (script, keys, parameters) => {
    const texts = parameters.map(String);
    try {
      return await call(true, script.digest, keys, texts);
    } catch (error) {
      // A server that was restarted, or has taken over, does not know it yet.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return call(false, script.text, keys, texts);
    }
  };
}

type Call = (isDigest: boolean, script: string, keys: string[], parameters: string[]) => Promise<unknown>;

function readClient(client: unknown): Call {
  const [evaluate, evalSha, evalsha] = readable('client', () => {
    const { eval: evaluate, evalSha, evalsha } = (client ?? {}) as Partial<IoredisLike & NodeRedisLike>;
    return [evaluate, evalSha, evalsha];
  });
  if (typeof evaluate === 'function' && typeof evalSha === 'function') {
    const redis = client as NodeRedisLike;
    return (isDigest, script, keys, parameters) =>
      redis[isDigest ? 'evalSha' : 'eval'](script, { keys, arguments: parameters });
  }
  if (typeof evaluate === 'function' && typeof evalsha === 'function') {
    const redis = client as IoredisLike;
    return (isDigest, script, keys, parameters) =>
      redis[isDigest ? 'evalsha' : 'eval'](script, keys.length, ...keys, ...parameters);
  }
  throw new ConfigurationError('client', `must be a client of ioredis or node-redis; got ${kindOf(client)}.`);
}
