import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenProvider } from '../../../lib/index.js';
import { askAll, hold, openProvider, warmUp } from '../hold.js';
import { type Pauses, watchPauses } from '../probe.js';
import { SimulatedEndpoint } from '../simulated-endpoint.js';
import { Tenants } from '../tenants.js';
import { TOKEN_LIFETIME_S } from '../token.js';

export interface PausesPlan {
  readonly clients: number;
  /** Whether others must go for those who come. */
  readonly isFull: boolean;
}

/** What happens to the event loop in some situations, in several rounds of each. */
export type Situations = Readonly<Partial<Record<Situation, readonly Pauses[]>>>;

export type Situation = 'idle' | 'due' | 'one by one' | 'at once';

const THOUSAND = 1_000;
const ROUNDS = 5;
/** Falls due 4 to 5 s after it was asked for. */
const SHORT_LIFETIME_S = 10;
const FIRST_DUE_MS = 3_900;
const SECOND_MS = 1_000;
const POLL_MS = 20;

/** With so many clients held, all of them asked for of late. Answers come in the next turn of the event loop. */
export async function measure({ clients, isFull }: PausesPlan): Promise<Situations> {
  await warmUp();
  const endpoint = new SimulatedEndpoint({ isPrompt: false });
  const tenants = new Tenants(clients);
  const maxTargets = isFull ? clients : clients + 3 * ROUNDS * THOUSAND;
  const provider = await openProvider({ endpoint, tenants, maxTargets });
  await hold(provider, tenants.ids);
  const stage = { provider, endpoint, tenants };
  const situations: Partial<Record<Situation, Pauses[]>> = {};
  const play = async (name: Situation, act: (stage: Stage) => Promise<Pauses>): Promise<void> => {
    await askAll(provider);
    // What the bench itself left behind.
    globalThis.gc?.();
    await sleep(100);
    situations[name] = [...(situations[name] ?? []), await act(stage)];
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await play('idle', () => watchPauses(SECOND_MS));
    if (!isFull) await play('due', fallDue);
    await play('one by one', comeOneByOne);
    await play('at once', comeAtOnce);
  }
  await provider.close();
  return situations;
}

interface Stage {
  readonly provider: TokenProvider;
  readonly endpoint: SimulatedEndpoint;
  readonly tenants: Tenants;
}

/** A thousand fall due in the same second. */
async function fallDue({ provider, endpoint, tenants }: Stage): Promise<Pauses> {
  const beganMs = performance.now();
  endpoint.lifetime = () => SHORT_LIFETIME_S;
  await hold(provider, tenants.add(THOUSAND));
  endpoint.lifetime = () => TOKEN_LIFETIME_S;
  const all = endpoint.requests + THOUSAND;
  await sleep(FIRST_DUE_MS - (performance.now() - beganMs));
  return watchPauses(SECOND_MS, async () => {
    while (endpoint.requests < all) await sleep(POLL_MS);
  });
}

/** A thousand new clients, one each ms. */
function comeOneByOne({ provider, tenants }: Stage): Promise<Pauses> {
  const fresh = tenants.add(THOUSAND);
  return watchPauses(SECOND_MS, async () => {
    const asked: Promise<string>[] = [];
    for (const clientId of fresh) {
      asked.push(provider.getToken({ clientId }));
      await sleep(1);
    }
    await Promise.all(asked);
  });
}

/** A thousand new clients in one turn of the event loop. */
function comeAtOnce({ provider, tenants }: Stage): Promise<Pauses> {
  const fresh = tenants.add(THOUSAND);
  return watchPauses(SECOND_MS, () => Promise.all(fresh.map((clientId) => provider.getToken({ clientId }))));
}
