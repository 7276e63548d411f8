import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { Gauge, Registry } from 'prom-client';
import { recordMetrics } from '../../examples/prometheus/record-metrics.js';
import { TokenProvider } from '../../lib/index.js';
import { instrument } from '../../lib/opentelemetry.js';
import { fakeProvider, startTokenServer, type TokenServerFault } from '../../lib/testing.js';
import { Metrics } from '../support/metrics.js';
import { until } from '../support/redis-server.js';

/** The types of errors in a metric, by both ways of recording; none where a request or a wait went well. */
async function errorTypes(registry: Registry, metrics: Metrics, name: string) {
  const values = (await registry.getSingleMetric(`${name}_seconds`)?.get())?.values ?? [];
  const points = await metrics.points(name.replace(/^m2m_token_(.*)_duration$/, 'm2m_token.$1.duration'));
  const byProm = values.map(({ labels }) => (labels as { error_type?: string }).error_type || 'none');
  return {
    byProm: [...new Set(byProm)].sort(),
    byTelemetry: points.map(({ attributes }) => String(attributes['error.type'] ?? 'none')).sort(),
  };
}

describe('the metrics by prom-client', () => {
  for (const [what, fault, types] of [
    ['a client that is refused', { status: 401, error: 'invalid_client' }, ['invalid_client']],
    ['a refusal in a spelling of its own', { status: 401, error: 'InvalidClient' }, ['invalid_client']],
    ["words of the server's own in the place of a code", { status: 400, error: 'Request 4711' }, ['400']],
    ['a limit that is told as a refusal', { status: 429, error: 'access_denied' }, ['429']],
    ['a server that is busy', { status: 400, error: 'temporarily_unavailable' }, ['temporarily_unavailable']],
    ['a page in the place of an answer', 'html', ['ERR_TOKEN_RESPONSE']],
  ] as const)
    it(`name errors as instrument() does: ${what}`, async () => {
      const server = await startTokenServer();
      const { tokenEndpoint, clientId, clientSecret } = server;
      const provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret, maxWaitMs: 500 });
      const [registry, metrics] = [new Registry(), new Metrics()];
      const stops = [recordMetrics([provider], registry), instrument(provider, { meter: metrics.meter })];
      server.fail(fault as TokenServerFault);
      await provider.getToken().catch(() => undefined);
      for (const name of ['m2m_token_request_duration', 'm2m_token_wait_duration']) {
        const { byProm, byTelemetry } = await errorTypes(registry, metrics, name);
        expect(byProm, name).to.deep.equal(byTelemetry);
        if (name.includes('request')) expect(byProm).to.deep.equal(types);
      }
      for (const stop of stops) stop();
      await Promise.all([provider.close(), server.close(), metrics.close()]);
    });

  it('are those of several providers, and end', async () => {
    const registry = new Registry();
    const fakes = ['a', 'b'].map((clientId) => fakeProvider({ clientId }));
    const stop = recordMetrics(fakes, registry);
    const read = async (name: string) =>
      (await registry.getSingleMetric(name)?.get())?.values.map(({ value }) => value);
    for (const fake of fakes) await fake.getToken();
    fakes[0]?.emit('degrade', { trouble: 'read' });
    fakes[1]?.emit('degrade', { trouble: 'read' }).emit('recover', { trouble: 'read' });
    expect(await read('m2m_token_refreshes_total')).to.deep.equal([2]);
    expect(await read('m2m_token_entries')).to.deep.equal([0, 2, 0, 0, 0]);
    expect(await read('m2m_token_store_degraded')).to.deep.equal([1]);
    await fakes[0]?.close();
    expect(await read('m2m_token_entries')).to.deep.equal([0, 1, 0, 0, 0]);
    const waits = registry.getSingleMetric('m2m_token_wait_duration_seconds');
    const wait = {
      provider: fakes[0],
      target: fakes[0]?.status()[0]?.target,
      durationMs: 1,
      outcome: 'served',
    };
    for (const end of [() => undefined, stop]) {
      end();
      channel('m2m-token-provider:wait').publish(wait);
      const counts = (await waits?.get())?.values as unknown as { metricName: string; value: number }[];
      expect(counts.find(({ metricName }) => metricName.endsWith('_count'))?.value).to.equal(1);
    }
    expect(registry.getMetricsAsArray()).to.deep.equal([]);
    recordMetrics(fakes, registry)();
    const mine = new Gauge({ name: 'm2m_token_entries', help: 'mine', registers: [registry] });
    expect(() => recordMetrics(fakes, registry)).to.throw('already been registered');
    expect(registry.getSingleMetric('m2m_token_entries')).to.equal(mine);
  });

  it('count no request that was sent before they were recorded', async () => {
    const server = await startTokenServer();
    const { tokenEndpoint, clientId, clientSecret } = server;
    await using provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret });
    const registry = new Registry();
    server.fail([{ delayMs: 50 }]);
    const nothing = () => undefined;
    subscribe('tracing:m2m-token-provider:token-request:start', nothing);
    const first = provider.getToken();
    await until(() => server.counts.token === 1);
    const stop = recordMetrics([provider], registry);
    await first;
    const text = await registry.getSingleMetricAsString('m2m_token_request_duration_seconds');
    expect(text).to.not.contain('_sum');
    unsubscribe('tracing:m2m-token-provider:token-request:start', nothing);
    stop();
    await server.close();
  });

  it('tell that the store is out of order until all of its troubles are over', async () => {
    const registry = new Registry();
    const fake = fakeProvider();
    const stop = recordMetrics([fake], registry);
    const degraded = async () =>
      (await registry.getSingleMetric('m2m_token_store_degraded')?.get())?.values[0]?.value;
    fake.emit('degrade', { trouble: 'read' }).emit('degrade', { trouble: 'write' });
    fake.emit('recover', { trouble: 'read' });
    expect(await degraded()).to.equal(1);
    fake.emit('recover', { trouble: 'write' });
    expect(await degraded()).to.equal(0);
    stop();
  });
});
