import type { EventName, TokenProvider } from '../../../../lib/index.js';
import { Callers } from '../callers.js';
import { RealServer } from '../real-server.js';
import type { ServerDriver } from '../server-driver.js';
import { TokenRequests } from '../token-requests.js';
import { CLIENTS, clientOf } from './clients.js';
import { connect } from './trial.js';

/** What callers saw while something happened to the server. */
export interface Outcome {
  readonly calls: number;
  readonly failures: readonly string[];
  /** How long each caller waited, in ms, who was not served at once though the machine was quick. */
  readonly waits: readonly number[];
  /** Token requests that were sent, the first one included. */
  readonly requests: number;
  /** Of those, how many events have told of. */
  readonly told: number;
  /** Different tokens that were held. */
  readonly tokens: number;
  /** The errors of `retry` events; none where the machine was too slow for short tokens. */
  readonly retries: readonly string[];
  /** The errors of `failure` events. */
  readonly alarms: readonly string[];
}

export interface Period {
  readonly lifetimeSeconds: number;
  readonly reuse?: boolean;
  readonly happens: (server: RealServer, provider: TokenProvider) => Promise<void>;
}

/** Has a server of its own, and callers who ask every 50 ms from the first token on, until all has happened. */
export async function busyPeriod(
  driver: ServerDriver,
  { lifetimeSeconds, reuse, happens }: Period,
): Promise<Outcome> {
  const server = await RealServer.start(driver, { lifetimeSeconds, reuse: reuse ?? false, clients: CLIENTS });
  using requests = new TokenRequests(server.port);
  const provider = connect({ driver, server }, clientOf('post'));
  const retries: string[] = [];
  const alarms: string[] = [];
  const tokens = new Set<string>();
  let told = 0;
  provider.on('retry', ({ error }) => retries.push(error.message));
  provider.on('failure', ({ error, attempts }) => {
    told += attempts;
    alarms.push(error.message);
  });
  provider.on('refresh', ({ attempts }) => {
    told += attempts;
    tokens.add(provider.peek()?.value ?? '');
  });
  try {
    await provider.getToken();
    const callers = new Callers(provider, requests, lifetimeSeconds * 1_000);
    await happens(server, provider).finally(() => callers.stop());
    return {
      calls: callers.calls,
      failures: callers.failures.map(({ message }) => message),
      waits: callers.waits.map(({ durationMs }) => Math.round(durationMs)),
      requests: requests.count,
      told,
      tokens: tokens.size,
      retries: callers.wasMachineSlow ? [] : retries,
      alarms,
    };
  } finally {
    await provider.close();
    await server.close();
  }
}

/** Until the provider has told of this so many times. */
export function heard(provider: TokenProvider, name: EventName, times = 1): Promise<void> {
  let left = times;
  return new Promise((resolve) => {
    provider.on(name, () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
}
