/** One process of a fleet. Arguments: token endpoint, port of Redis. It tells its parent of tokens and events. */
import axios from 'axios';
import { Redis } from 'ioredis';
import { TokenProvider } from '../../lib/index.js';
import { RedisTokenStore } from '../../lib/redis.js';
import { actedMs } from './acted-time.js';

export type Report =
  | { readonly is: 'ready' | 'asking' }
  | { readonly is: 'token'; readonly token: string; readonly tookMs: number }
  | { readonly is: 'error'; readonly error: string }
  | { readonly is: 'refresh'; readonly source: string }
  | { readonly is: 'degrade' | 'recover'; readonly trouble: string };

const [tokenEndpoint = '', port = ''] = process.argv.slice(2);
const client = new Redis(Number(port), '127.0.0.1', { retryStrategy: () => 50 });
client.on('error', () => undefined);
const http = axios.create();
const provider = new TokenProvider({
  http,
  tokenEndpoint,
  clientId: 'acme',
  clientSecret: 's3cret',
  refresh: { keepWarm: true },
  store: new RedisTokenStore({ client, keys: { k1: Buffer.alloc(32, 1) } }),
});

const report = (what: Report): void => {
  process.send?.(what);
};
// Of the token endpoint.
http.interceptors.request.use((config) => {
  report({ is: 'asking' });
  return config;
});
provider.on('refresh', ({ source }) => report({ is: 'refresh', source }));
provider.on('degrade', ({ trouble }) => report({ is: 'degrade', trouble }));
provider.on('recover', ({ trouble }) => report({ is: 'recover', trouble }));

process.on('message', async () => {
  try {
    let token = '';
    const tookMs = await actedMs(async () => {
      token = await provider.getToken();
    });
    report({ is: 'token', token, tookMs });
  } catch (error) {
    report({ is: 'error', error: String(error) });
  }
});
process.once('disconnect', () => process.exit());
report({ is: 'ready' });
