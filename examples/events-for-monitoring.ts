/** Events for monitoring: count renewals and failures, and alert while there is still time to act. */
import { TokenProvider } from 'm2m-token-provider';
import { connection } from './embedded/connection.js';

await using provider = new TokenProvider({ ...(await connection()), retry: { retries: 1, minDelayMs: 100 } });
const counts = { refresh: 0, retry: 0, failure: 0 };

provider.on('refresh', ({ reason, durationMs }) => {
  counts.refresh += 1;
  console.log(`info   new token (${reason}) in ${durationMs} ms`);
});
provider.on('retry', ({ error, attempt, delayMs }) => {
  counts.retry += 1;
  console.log(`warn   attempt ${attempt} failed: ${error.code}; again in ${delayMs} ms`);
});
provider.on('failure', ({ error, permanent, usableUntil }) => {
  counts.failure += 1;
  const minutesLeft = usableUntil === undefined ? 0 : Math.floor((usableUntil - Date.now()) / 60_000);
  console.log(
    `${permanent ? 'ALERT' : 'warn '}  ${error.code}; callers are served for another ${minutesLeft} min`,
  );
});
provider.on('expire', () => console.log('ALERT  no usable token is left'));

await provider.getToken();
await provider.refresh();

console.log('health', provider.status()[0]?.state, JSON.stringify(counts));
