import type { TokenProvider } from '../../lib/index.js';
import { loadLibrary } from './library.js';
import { SimulatedEndpoint } from './simulated-endpoint.js';
import { Tenants } from './tenants.js';

/** So many ask at a time. */
const BATCH = 500;
const WARM_UP = 3_000;

export interface Room {
  readonly endpoint: SimulatedEndpoint;
  readonly tenants: Tenants;
  readonly maxTargets: number;
}

/** One provider for all these clients. Renewal goes on though nobody asks. */
export async function openProvider({ endpoint, tenants, maxTargets }: Room): Promise<TokenProvider> {
  const { TokenProvider } = await loadLibrary();
  return new TokenProvider({
    tokenEndpoint: 'https://auth.example.com/oauth/token',
    resolveClient: tenants.resolve,
    maxTargets,
    refresh: { keepWarm: true },
    http: endpoint.http,
  });
}

/** Asks once for each client. */
export async function hold(provider: TokenProvider, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += BATCH) {
    await Promise.all(ids.slice(from, from + BATCH).map((clientId) => provider.getToken({ clientId })));
  }
}

/** Asks for each client that is held: none of them is one that nobody has asked for. */
export async function askAll(provider: TokenProvider): Promise<void> {
  const ids = provider.status().map(({ target }) => target.clientId);
  await hold(provider, ids);
}

/** Loads and compiles what the library needs once, whatever the number of clients. */
export async function warmUp(): Promise<void> {
  const tenants = new Tenants(WARM_UP);
  const provider = await openProvider({ endpoint: new SimulatedEndpoint(), tenants, maxTargets: WARM_UP });
  await hold(provider, tenants.ids);
  await provider.close();
}
