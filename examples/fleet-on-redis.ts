/** One token request for a whole fleet: its processes share tokens on Redis, sealed. Start it several times at once. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { TokenProvider } from 'm2m-token-provider';
import { RedisTokenStore } from 'm2m-token-provider/redis';
import { connection } from './embedded/connection.js';

const { REDIS_URL = 'redis://127.0.0.1:6379', TOKEN_STORE_KEYS } = process.env;
const { ONELOGIN_SUBDOMAIN: subdomain, ONELOGIN_CLIENT_ID, ONELOGIN_CLIENT_SECRET } = process.env;

const redis = new Redis(REDIS_URL);
redis.on('error', () => undefined); // The provider tells of it.

const store = new RedisTokenStore({
  client: redis,
  // 'k2:…,k1:…': the first seals, all of them open. An id stays with its key for good.
  keys: TOKEN_STORE_KEYS
    ? Object.fromEntries(TOKEN_STORE_KEYS.split(',').map((key) => key.split(':')))
    : { k1: randomBytes(32) },
});

const client =
  subdomain && ONELOGIN_CLIENT_ID && ONELOGIN_CLIENT_SECRET
    ? { subdomain, clientId: ONELOGIN_CLIENT_ID, clientSecret: ONELOGIN_CLIENT_SECRET }
    : await connection();
const provider = new TokenProvider({ ...client, store });
provider.on('degrade', ({ trouble, error }) =>
  console.log(`warn   alone for now (${trouble}): ${error.reason}`),
);
provider.on('recover', ({ durationMs }) => console.log(`info   shared again after ${durationMs} ms`));
provider.on('refresh', ({ source, durationMs }) =>
  console.log(`info   a token from the ${source} in ${durationMs} ms`),
);

console.log('a token of', (await provider.getToken()).length, 'characters');

await provider.close();
redis.disconnect();
