import { subscribe } from 'node:diagnostics_channel';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { TokenProvider } from '../../../lib/index.js';
import { loadInstrument, loadLibrary } from '../../scale/library.js';
import { CALLS } from '../contestants.js';
import type { Room, Way } from '../way.js';

/** Of calls that name none. */
const DEFAULT_CLIENT = 'client-default';
const REGION = 'eu';
const TOKEN_ENDPOINT = 'https://auth.example.com/oauth/token';
/** So many ask at a time. */
const BATCH = 500;

/** The calls of this library, by their names in the tables. */
const ways: Readonly<
  Record<string, (provider: TokenProvider, ids: readonly string[]) => Way | Promise<Way>>
> = {
  [CALLS.plain]: (provider) => ({ ask: () => provider.getToken() }),
  [CALLS.measured]: async (provider) => {
    const instrument = await loadInstrument();
    instrument(provider, { meter: new MeterProvider().getMeter('bench') });
    for (const name of ['refresh', 'retry', 'failure', 'wait'])
      subscribe(`m2m-token-provider:${name}`, () => undefined);
    return { ask: () => provider.getToken() };
  },
  [CALLS.peek]: (provider) => ({ look: () => provider.peek()?.value }),
  [CALLS.handle]: (provider, ids) => {
    const handles = ids.map((clientId) => provider.forClient({ clientId, region: REGION }));
    return { ask: (place) => (handles[place] as (typeof handles)[number]).getToken() };
  },
  [CALLS.keyed]: (provider, ids) => ({
    ask: (place) => provider.getToken({ clientId: ids[place] as string, region: REGION }),
  }),
  [CALLS.keyedDefault]: (provider) => ({
    ask: () => provider.getToken({ clientId: DEFAULT_CLIENT, region: REGION }),
  }),
  [CALLS.keyedAgain]: (provider, ids) => {
    const options = ids.map((clientId) => ({ clientId, region: REGION }));
    return { ask: (place) => provider.getToken(options[place]) };
  },
};

/** One provider with the tokens of all clients, and that of the client for calls that name none. */
export async function open({ endpoint, held, asked }: Room, call: string): Promise<Way> {
  const { TokenProvider } = await loadLibrary();
  const ids = Array.from({ length: held }, (_, place) => `client-${place}`);
  const provider = new TokenProvider({
    regions: { [REGION]: { tokenEndpoint: TOKEN_ENDPOINT } },
    region: REGION,
    clientId: DEFAULT_CLIENT,
    clientSecret: 'secret',
    resolveClient: () => ({ clientSecret: 'secret' }),
    maxTargets: held + 1,
    http: endpoint.http,
  });
  await provider.getToken();
  for (let from = 0; from < held; from += BATCH) {
    const some = ids.slice(from, from + BATCH);
    await Promise.all(some.map((clientId) => provider.getToken({ clientId, region: REGION })));
  }
  const way = ways[call];
  if (!way) throw new Error(`There is no call ${call}.`);
  return way(
    provider,
    asked.map((place) => ids[place] as string),
  );
}
