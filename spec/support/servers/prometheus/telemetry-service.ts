/**
 * A service whose metrics come by `instrument()` and the exporter for Prometheus of OpenTelemetry's SDK: `PORT`, `TOKEN_ENDPOINT`, and
 * `READY_PORT` for its health.
 */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { TokenProvider } from '../../../../lib/index.js';
import { instrument } from '../../../../lib/opentelemetry.js';

const { PORT, READY_PORT, TOKEN_ENDPOINT } = process.env;
const provider = new TokenProvider({
  tokenEndpoint: TOKEN_ENDPOINT,
  clientId: 'demo-service',
  clientSecret: 'demo-secret',
  maxWaitMs: 2_000,
});
const exporter = new PrometheusExporter({ host: '127.0.0.1', port: Number(PORT) });
instrument(provider, { meter: new MeterProvider({ readers: [exporter] }).getMeter('service') });
http
  .createServer((_request, response) => response.end(provider.health().status))
  .listen(Number(READY_PORT), '127.0.0.1');
for (;;) {
  void provider.getToken().catch(() => 'it is asked for again');
  await sleep(200);
}
