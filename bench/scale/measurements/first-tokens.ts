import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import { axiosPost, nodePost, postMany } from '../bare-posts.js';
import { cpuMs } from '../cpu.js';
import { loadLibrary } from '../library.js';
import { Tenants } from '../tenants.js';

/** Who sends: the provider as it is, the provider with an axios instance that keeps connections, or a bare loop that does. */
export type Sender = 'provider' | 'provider, kept' | 'axios' | 'node:http';

export interface FirstTokensPlan {
  readonly clients: number;
  readonly concurrency: number;
  readonly by: Sender;
}

export interface FirstTokens {
  /** From the first call to the last token. */
  readonly seconds: number;
  readonly cpuMs: number;
}

const HOUR_MS = 3_600_000;

/** All clients ask in the same moment; the token endpoint is on this machine, in another process. */
export async function measure(plan: FirstTokensPlan): Promise<FirstTokens> {
  const server = fork(fileURLToPath(new URL('../token-server.ts', import.meta.url)));
  const [url] = (await once(server, 'message')) as [string];
  const agent = new Agent({ keepAlive: true, maxSockets: plan.concurrency });
  const ask = await prepare(plan, url, agent);
  const beganMs = performance.now();
  const since = process.cpuUsage();
  await ask();
  const result = { seconds: (performance.now() - beganMs) / 1_000, cpuMs: cpuMs(since) };
  agent.destroy();
  server.disconnect();
  return result;
}

async function prepare(
  { clients, concurrency, by }: FirstTokensPlan,
  url: string,
  agent: Agent,
): Promise<() => Promise<unknown>> {
  if (by === 'axios') return () => postMany(axiosPost(url, agent), clients, concurrency);
  if (by === 'node:http') return () => postMany(nodePost(url, agent), clients, concurrency);
  const { TokenProvider } = await loadLibrary();
  const tenants = new Tenants(clients);
  const provider = new TokenProvider({
    tokenEndpoint: url,
    resolveClient: tenants.resolve,
    maxTargets: clients,
    maxConcurrentRequests: concurrency,
    // The last of them wait for long.
    maxWaitMs: HOUR_MS,
    http: by === 'provider' ? undefined : axios.create({ httpAgent: agent }),
  });
  return () => Promise.all(tenants.ids.map((clientId) => provider.getToken({ clientId })));
}
