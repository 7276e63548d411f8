import { setTimeout as sleep } from 'node:timers/promises';
import { hold, openProvider, warmUp } from '../hold.js';
import { SimulatedEndpoint } from '../simulated-endpoint.js';
import { Tenants } from '../tenants.js';
import { TOKEN_BYTES } from '../token.js';

export interface Memory {
  /** Of the heap and beside it, for each client, its token included. */
  readonly bytesPerClient: number;
  /** Without the token itself. */
  readonly beyondToken: number;
}

/** What a provider with so many clients takes: ids and secrets are the caller's, and counted nowhere. */
export async function measure({ clients }: { clients: number }): Promise<Memory> {
  const tenants = new Tenants(clients);
  await warmUp();
  const before = await usedBytes();
  const provider = await openProvider({ endpoint: new SimulatedEndpoint(), tenants, maxTargets: clients });
  await hold(provider, tenants.ids);
  const bytesPerClient = ((await usedBytes()) - before) / clients;
  // Also keeps it from being collected before.
  await provider.close();
  return { bytesPerClient, beyondToken: bytesPerClient - TOKEN_BYTES };
}

/** What is reachable: collected until nothing more goes. */
async function usedBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc?.();
    await sleep(20);
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}
