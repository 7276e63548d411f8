import { Redis } from 'ioredis';
import type { RedisTokenStore } from '../../../lib/redis.js';

type Library = typeof import('../../../lib/redis.js');

/** As users have it: 32 bytes, in base64. */
const KEY = Buffer.alloc(32, 'fleet').toString('base64');

/** The store of the built package, with a connection of its own. */
export async function openStore(
  url: string,
  prefix: string,
): Promise<{ readonly store: RedisTokenStore; readonly redis: Redis }> {
  const built = new URL('../../../dist/redis.js', import.meta.url);
  const { RedisTokenStore } = (await import(built.href)) as Library;
  const redis = new Redis(url);
  await redis.ping();
  return { store: new RedisTokenStore({ client: redis, keys: { k1: KEY }, prefix }), redis };
}
