import type { TokenProvider } from '../../../lib/index.js';
import { seededRandom } from '../../day/random.js';
import { askAll, hold, openProvider, warmUp } from '../hold.js';
import { SimulatedEndpoint } from '../simulated-endpoint.js';
import { bestMicroseconds, ROUNDS, shuffled } from '../stopwatch.js';
import { Tenants } from '../tenants.js';
import { TOKEN_LIFETIME_S } from '../token.js';

/** What single operations take while so many clients are held, in µs. Answers come at once, and are included. */
export interface Operations {
  readonly renewal: number;
  readonly newClient: number;
  /** Another one has to go, and all of them were asked for since they came. */
  readonly newClientInFull: number;
  readonly invalidate: number;
  readonly status: number;
}

/** So many of each, in each round. */
const SOME = 300;
const FEW = 5;
/** Of so many clients one is replaced in a round: each passes over up to 64 others. */
const SHARE = 100;

export async function measure({ clients }: { clients: number }): Promise<Operations> {
  await warmUp();
  const endpoint = new SimulatedEndpoint();
  // A new token must end later than the one held, also within the same ms.
  endpoint.lifetime = () => TOKEN_LIFETIME_S + endpoint.requests / 100;
  const tenants = new Tenants(clients);
  const room = ROUNDS * SOME;
  const provider = await openProvider({ endpoint, tenants, maxTargets: clients + room });
  await hold(provider, tenants.ids);
  const any = shuffled(tenants.ids, seededRandom(1, 'operations'));
  const result = {
    renewal: await timeRenewals(provider, any),
    invalidate: await timeInvalidations(provider),
    status: await bestMicroseconds(1, () => provider.status()),
    newClient: await timeNewClients(provider, tenants, SOME),
    // By now it is full.
    newClientInFull: await timeNewClients(provider, tenants, Math.ceil(Math.min(SOME, clients / SHARE))),
  };
  await provider.close();
  return result;
}

function timeRenewals(provider: TokenProvider, ids: readonly string[]): Promise<number> {
  let place = 0;
  return bestMicroseconds(SOME, async () => {
    for (let count = 0; count < SOME; count += 1, place += 1) {
      await provider.refresh({ clientId: ids[place % ids.length] });
    }
  });
}

/** Of a token that is no longer held, as when an API's 401 comes late. */
function timeInvalidations(provider: TokenProvider): Promise<number> {
  return bestMicroseconds(FEW, () => {
    for (let count = 0; count < FEW; count += 1) provider.invalidate('a token of yesterday');
  });
}

function timeNewClients(provider: TokenProvider, tenants: Tenants, some: number): Promise<number> {
  const fresh = tenants.add(ROUNDS * some);
  let place = 0;
  return bestMicroseconds(
    some,
    async () => {
      for (let count = 0; count < some; count += 1, place += 1) {
        await provider.getToken({ clientId: fresh[place] });
      }
    },
    () => askAll(provider),
  );
}
