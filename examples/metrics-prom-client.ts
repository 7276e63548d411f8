/** Metrics for Prometheus with prom-client, and an address for readiness checks. Dashboard and alerts for them are beside it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TokenProvider } from 'm2m-token-provider';
import { createAuthorizedFetch } from 'm2m-token-provider/fetch';
import { startTokenServer } from 'm2m-token-provider/testing';
import { Registry } from 'prom-client';
import { recordMetrics } from './prometheus/record-metrics.js';

const { PORT, TOKEN_ENDPOINT, API } = process.env;
await using started = TOKEN_ENDPOINT ? undefined : await startTokenServer();
const { tokenEndpoint, clientId, clientSecret } = started ?? {
  tokenEndpoint: TOKEN_ENDPOINT,
  clientId: 'demo-service',
  clientSecret: 'demo-secret',
};
await using provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret, maxWaitMs: 2_000 });

const registry = new Registry();
recordMetrics([provider], registry);

const service = http.createServer(async ({ url }, response) => {
  if (url === '/metrics') return response.end(await registry.metrics());
  const { status } = provider.health();
  return response.writeHead(status === 'fail' ? 503 : 200).end(status);
});
await new Promise<void>((resolve) => service.listen(Number(PORT ?? 0), '127.0.0.1', resolve));

/** The work of this service: a call to an API, a few times a second. */
const callApi = API ? createAuthorizedFetch(provider, { origins: API }) : () => provider.getToken();
async function work(): Promise<void> {
  await callApi(`${API}/orders`).catch(() => 'it is called later');
}

const ended = new AbortController();
process.once('SIGTERM', () => ended.abort());
do {
  void work();
  await sleep(200, undefined, { signal: ended.signal }).catch(() => undefined);
} while (PORT && !ended.signal.aborted);

const { port } = service.address() as AddressInfo;
for (const path of ['/ready', '/metrics']) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  const lines = (await answer.text()).split('\n');
  console.log(
    path,
    answer.status,
    ...lines.filter((line) => /^(\w+$|m2m_token_(entries|refreshes))/.test(line)),
  );
}
service.close();
