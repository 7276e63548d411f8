/**
 * One process of the fleet: tells of each token that it holds, as soon as it does. It begins when told to. Argument: the plan, as
 * JSON.
 */
import { createHash } from 'node:crypto';
import { loadLibrary } from '../../scale/library.js';
import { CLIENT, type MemberMessage, type MemberPlan } from './messages.js';
import { openStore } from './redis-store.js';

const [plan = '{}'] = process.argv.slice(2);
const { redisUrl, tokenEndpoint, prefix } = JSON.parse(plan) as MemberPlan;
const { TokenProvider } = await loadLibrary();
const { store, redis } = await openStore(redisUrl, prefix);
const provider = new TokenProvider({ ...CLIENT, tokenEndpoint, refresh: { keepWarm: true }, store });

provider.on('refresh', () => tell({ is: 'slot', held: { token: nameHeld(), at: Date.now() } }));
for (const event of ['retry', 'failure', 'expire', 'degrade'] as const) {
  provider.on(event, () => tell({ is: 'in trouble', what: event }));
}
process.on('warning', ({ message }) => tell({ is: 'in trouble', what: message }));
process.once('message', () =>
  provider.getToken().catch((error) => tell({ is: 'in trouble', what: `${error}` })),
);
process.once('disconnect', async () => {
  await provider.close();
  redis.disconnect();
  process.exit();
});
tell({ is: 'ready' });

function nameHeld(): string {
  const { value = '' } = provider.peek() ?? {};
  return createHash('sha256').update(value).digest('hex');
}

function tell(message: MemberMessage): void {
  if (process.connected) process.send?.(message);
}
