import type { TokenProvider } from '../../../lib/index.js';
import { seededRandom } from '../../day/random.js';
import { hold, openProvider, warmUp } from '../hold.js';
import { SimulatedEndpoint } from '../simulated-endpoint.js';
import { bestMicroseconds, shuffled } from '../stopwatch.js';
import { Tenants } from '../tenants.js';

/** What one call takes while so many clients are held, in µs. */
export interface Calls {
  /** `getToken({ clientId })` for one of a hundred clients. */
  readonly some: number;
  /** `handle.getToken()` for one of a hundred clients. */
  readonly handle: number;
  /** `getToken({ clientId })` for any of them: most of it is waiting for memory that no cache of the processor holds. */
  readonly any: number;
  /** The least for any of them: a look into a `Map`, a look at the clock, a settled promise. */
  readonly map: number;
}

interface Held {
  readonly until: number;
  readonly served: Promise<string>;
}

const HUNDRED = 100;
const CALLS = 200_000;

export async function measure({ clients }: { clients: number }): Promise<Calls> {
  await warmUp();
  const tenants = new Tenants(clients);
  const provider = await openProvider({ endpoint: new SimulatedEndpoint(), tenants, maxTargets: clients });
  await hold(provider, tenants.ids);
  const any = shuffled(tenants.ids, seededRandom(1, 'any'));
  const some = any.slice(0, HUNDRED);
  const result = {
    some: await timeCalls(provider, some),
    handle: await timeHandles(provider, some),
    any: await timeCalls(provider, any),
    map: await timeMap(any),
  };
  await provider.close();
  return result;
}

function timeCalls(provider: TokenProvider, ids: readonly string[]): Promise<number> {
  return bestMicroseconds(CALLS, () => {
    let last: Promise<string> | undefined;
    for (let call = 0, place = 0; call < CALLS; call += 1) {
      last = provider.getToken({ clientId: ids[place] });
      place = place + 1 === ids.length ? 0 : place + 1;
    }
    return last;
  });
}

function timeHandles(provider: TokenProvider, ids: readonly string[]): Promise<number> {
  const handles = ids.map((clientId) => provider.forClient({ clientId }));
  return bestMicroseconds(CALLS, () => {
    let last: Promise<string> | undefined;
    for (let call = 0, place = 0; call < CALLS; call += 1) {
      last = handles[place]?.getToken();
      place = place + 1 === handles.length ? 0 : place + 1;
    }
    return last;
  });
}

function timeMap(ids: readonly string[]): Promise<number> {
  const map = new Map<string, Held>();
  for (const id of ids) map.set(id, { until: Date.now() + 3_600_000, served: Promise.resolve(id) });
  return bestMicroseconds(CALLS, () => {
    let last: Promise<string> | undefined;
    for (let call = 0, place = 0; call < CALLS; call += 1) {
      const held = map.get(ids[place] ?? '');
      last = held && Date.now() < held.until ? held.served : undefined;
      place = place + 1 === ids.length ? 0 : place + 1;
    }
    return last;
  });
}
