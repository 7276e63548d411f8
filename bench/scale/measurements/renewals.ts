import { VirtualTime } from '../../day/virtual-time.js';
import { cpuMs } from '../cpu.js';
import { hold, openProvider } from '../hold.js';
import { watchCollections } from '../probe.js';
import { SimulatedEndpoint } from '../simulated-endpoint.js';
import { Tenants } from '../tenants.js';
import { TOKEN_LIFETIME_S } from '../token.js';

/** What renews: the provider, or next to nothing, but with as many timers: one for each token, one for each request. */
export type Renewer = 'provider' | 'bare timers';

export interface RenewalsPlan {
  readonly clients: number;
  /** Of virtual time. */
  readonly seconds: number;
  readonly by: Renewer;
}

export interface Renewals {
  /** In the time measured. */
  readonly count: number;
  readonly seconds: number;
  /** Of the whole process. */
  readonly cpuMs: number;
  /** What simulating the answers takes of that. */
  readonly answersMs: number;
  readonly longestGcMs: number;
}

/** Falls due after a share of its life between 0.4 and 0.5. */
const MEAN_DUE_SHARE = 0.45;
const MEAN_DUE_S = TOKEN_LIFETIME_S * MEAN_DUE_SHARE;
const EARLY_S = 5;
const DEADLINE_MS = 10_000;
/** Answers come at once, so that what a timer sets going is done before the next turn of the event loop. */
const TURNS = 0;

/**
 * CPU time while tokens of 600 s are renewed in virtual time. The first tokens live for as long as is left of those held at
 * any moment, so that as many fall due in each second as ever after.
 */
export async function measure({ clients, seconds, by }: RenewalsPlan): Promise<Renewals> {
  // Before the library is loaded.
  const time = new VirtualTime(TURNS);
  const endpoint = new SimulatedEndpoint();
  endpoint.lifetime = () => Math.max(EARLY_S, Math.random() * MEAN_DUE_S) / MEAN_DUE_SHARE;
  const stop =
    by === 'provider' ? await startProvider(endpoint, clients) : await startTimers(endpoint, clients);
  endpoint.lifetime = () => TOKEN_LIFETIME_S;
  // What must be compiled is compiled by then.
  const sinceMs = time.now() + EARLY_S * 2_000;
  await time.runUntil(sinceMs);
  globalThis.gc?.();
  const collections = watchCollections();
  const requestsBefore = endpoint.requests;
  const since = process.cpuUsage();
  await time.runUntil(sinceMs + seconds * 1_000);
  const used = { cpuMs: cpuMs(since), seconds, count: endpoint.requests - requestsBefore };
  const longestGcMs = await collections.stop();
  await stop();
  return { ...used, longestGcMs, answersMs: await measureAnswers(endpoint, used.count) };
}

async function startProvider(endpoint: SimulatedEndpoint, clients: number): Promise<() => Promise<void>> {
  const tenants = new Tenants(clients);
  const provider = await openProvider({ endpoint, tenants, maxTargets: clients });
  await hold(provider, tenants.ids);
  return () => provider.close();
}

async function startTimers(endpoint: SimulatedEndpoint, clients: number): Promise<() => Promise<void>> {
  const answers: string[] = [];
  const renew = async (place: number): Promise<void> => {
    const dueShare = MEAN_DUE_SHARE + (Math.random() - 0.5) / 10;
    const dueMs = Math.round(endpoint.lifetime() * 1_000 * dueShare);
    const deadline = setTimeout(() => undefined, DEADLINE_MS);
    answers[place] = (await endpoint.answer()).data;
    clearTimeout(deadline);
    setTimeout(renew, dueMs, place).unref();
  };
  for (let place = 0; place < clients; place += 1) await renew(place);
  return async () => undefined;
}

/** Without a pause between them: less is taken off than they cost when each comes by itself. */
async function measureAnswers(endpoint: SimulatedEndpoint, count: number): Promise<number> {
  const since = process.cpuUsage();
  for (let left = count; left > 0; left -= 1) await endpoint.answer();
  return cpuMs(since);
}
