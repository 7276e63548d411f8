import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { TokenProvider } from '../../lib/index.js';
import { instrument } from '../../lib/opentelemetry.js';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { runChild } from '../support/child.js';

const CLIENT = { clientId: 'acme', clientSecret: 's3cret' };

describe('with the SDK of OpenTelemetry', () => {
  let server: TokenServer;
  let provider: TokenProvider;
  before(async () => {
    server = await startTokenServer(CLIENT);
  });
  after(() => server.close());
  beforeEach(() => {
    provider = new TokenProvider({ ...CLIENT, tokenEndpoint: server.tokenEndpoint });
  });
  afterEach(() => provider.close());

  it('an exporter gets the metrics', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meters = new MeterProvider({ readers: [reader] });
    const stop = instrument(provider, { meter: meters.getMeter('service') });
    await provider.getToken();
    await reader.forceFlush();
    const names = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .map(({ descriptor }) => descriptor.name);
    expect(names).to.include.members([
      'm2m_token.request.duration',
      'm2m_token.wait.duration',
      'm2m_token.refreshes',
      'm2m_token.expires_in',
    ]);
    stop();
    await meters.shutdown();
  });

  it('Prometheus scrapes them, under these names', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const meters = new MeterProvider({ readers: [exporter] });
    const scraped = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
    await new Promise<void>((resolve) => scraped.listen(0, '127.0.0.1', resolve));
    const stop = instrument(provider, { meter: meters.getMeter('service') });
    const token = await provider.getToken();
    await provider.getToken();
    provider.invalidate(token);
    await provider.getToken();
    const answer = await fetch(`http://127.0.0.1:${(scraped.address() as AddressInfo).port}/metrics`);
    const text = await answer.text();
    const values = new Map(
      [...text.matchAll(/^([^#{\s]+)(?:\{([^}]*)\})? (\S+)/gm)].map(([, name, labels = '', value]) => [
        `${name} ${labels.replace(/,?otel_scope_\w+="[^"]*"/g, '')}`,
        Number(value),
      ]),
    );
    const address = 'server_address="127.0.0.1"';
    expect(Object.fromEntries(values)).to.include({
      [`m2m_token_request_duration_count ${address}`]: 2,
      [`m2m_token_wait_duration_count ${address}`]: 2,
      [`m2m_token_refreshes_total ${address},reason="absent",source="endpoint"`]: 1,
      [`m2m_token_refreshes_total ${address},reason="rejected",source="endpoint"`]: 1,
      [`m2m_token_rejections_total ${address}`]: 1,
      'm2m_token_entries state="fresh"': 1,
      'm2m_token_entries state="expired"': 0,
      'm2m_token_store_degraded ': 0,
    });
    expect(values.get(`m2m_token_expires_in ${address}`)).to.be.within(1, 3_600);
    expect(values.get(`m2m_token_age ${address}`)).to.be.within(0, 60);
    expect(text).to.not.contain('acme').and.not.contain('s3cret').and.not.contain(token);
    stop();
    scraped.close();
    scraped.closeAllConnections();
    await meters.shutdown();
  });

  it('beside its instrumentation of http and undici: each request has its one span, and none of ours', async () => {
    const { code, stdout, stderr } = await runChild(INSTRUMENTED, [server.tokenEndpoint]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).to.deep.equal({
      scopes: ['@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-undici', 'application'],
      tokenRequests: 1,
      areRoots: true,
      calls: 1,
      measured: 1,
    });
  });
});

const INSTRUMENTED = `
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Metrics } from './spec/support/metrics.ts';

const exporter = new InMemorySpanExporter();
const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
tracing.register();
const metrics = new Metrics();
for (const instrumentation of [new HttpInstrumentation(), new UndiciInstrumentation()]) {
  instrumentation.setTracerProvider(tracing);
  instrumentation.setMeterProvider(metrics.provider);
  instrumentation.enable();
}
const http = createRequire(process.cwd() + '/')('node:http');
const { TokenProvider } = await import('./lib/index.ts');
const { createAuthorizedFetch } = await import('./lib/fetch.ts');
const { instrument } = await import('./lib/opentelemetry.ts');

const api = http.createServer((_, response) => response.end('{}'));
await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
const origin = 'http://127.0.0.1:' + api.address().port;
const provider = new TokenProvider({ tokenEndpoint: process.argv.at(-1), clientId: 'acme', clientSecret: 's3cret' });
const stop = instrument(provider, { meter: metrics.meter });
const authorized = createAuthorizedFetch(provider, { origins: origin });
await trace.getTracer('application').startActiveSpan('request of a user', async (span) => {
  await (await authorized(origin + '/api')).text();
  span.end();
});
const spans = exporter.getFinishedSpans().filter(({ kind }) => kind !== 1);
const urlOf = ({ attributes }) => String(attributes['url.full'] ?? attributes['http.url'] ?? '');
const sentTo = (part) => spans.filter((span) => urlOf(span).includes(part));
const requests = await metrics.points('m2m_token.request.duration');
console.log(JSON.stringify({
  scopes: [...new Set(spans.map(({ instrumentationScope }) => instrumentationScope.name))].sort(),
  tokenRequests: sentTo('/token').length,
  areRoots: sentTo('/token').every((span) => span.parentSpanContext === undefined),
  calls: sentTo('/api').length,
  measured: requests[0].value.count,
}));
stop();
await provider.close();
api.close();
api.closeAllConnections();
await metrics.close();
`;
