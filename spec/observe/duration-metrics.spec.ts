import { expect } from 'chai';
import { TokenProvider } from '../../lib/index.js';
import { MetricAttributes } from '../../lib/observe/attributes/metric-attributes.js';
import { measureDurations } from '../../lib/observe/duration-metrics.js';
import { Metrics } from '../support/metrics.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

const REQUESTS = 'm2m_token.request.duration';
const WAITS = 'm2m_token.wait.duration';
const STAGED = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', clientSecret: 's3cret' };
const ofServer = { 'server.address': 'as.example' };

describe('the durations of a provider', () => {
  let stage: Stage;
  let metrics: Metrics;
  let stop: () => void;
  beforeEach(() => {
    stage = new Stage({ retry: { retries: 1 } }).withChance(0);
    metrics = new Metrics();
    stop = measureDurations(metrics.meter, stage.provider, new MetricAttributes(metrics.meter, undefined));
  });
  afterEach(async () => {
    stop();
    await metrics.close();
    await stage.strike();
  });

  it('are those of each token request, with what went wrong, and of each caller who waited', async () => {
    const token = stage.provider.getToken();
    await stage.time.pass(2_000);
    stage.server.last.answer(503);
    await stage.time.pass(1_000);
    await stage.grant('t1');
    await token;
    await stage.provider.getToken();
    expect(await metrics.points(REQUESTS)).to.deep.equal([
      { attributes: { ...ofServer, 'error.type': '503' }, value: { count: 1, sum: 2 } },
      { attributes: ofServer, value: { count: 1, sum: 0.7 } },
    ]);
    expect(await metrics.points(WAITS)).to.deep.equal([
      { attributes: ofServer, value: { count: 1, sum: 3 } },
    ]);
  });

  it('tell callers who were served from those who were not', async () => {
    const controller = new AbortController();
    const failed = rejection(stage.provider.getToken({ maxWaitMs: 1_000 }));
    const aborted = rejection(stage.provider.getToken({ signal: controller.signal }));
    await stage.time.pass(500);
    controller.abort();
    await aborted;
    await stage.time.pass(500);
    await failed;
    expect(await metrics.points(WAITS)).to.deep.equal([
      { attributes: { ...ofServer, 'error.type': 'aborted' }, value: { count: 1, sum: 0.5 } },
      { attributes: { ...ofServer, 'error.type': 'ERR_TOKEN_UNAVAILABLE' }, value: { count: 1, sum: 1 } },
    ]);
  });

  it('have buckets in seconds, as OpenTelemetry advises', async () => {
    await stage.warm();
    const advised = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    expect(await metrics.boundaries(REQUESTS)).to.deep.equal(advised);
    expect(await metrics.boundaries(WAITS)).to.deep.equal([...advised, 15, 30, 60]);
    const units = (await metrics.collect()).map(({ descriptor }) => descriptor.unit);
    expect(units).to.deep.equal(['s', 's']);
  });

  it('are not those of another provider of the process', async () => {
    const other = new TokenProvider({ ...STAGED, http: stage.server.http });
    const token = other.getToken();
    await stage.time.settle();
    await stage.grant('t1');
    await token;
    expect([await metrics.points(REQUESTS), await metrics.points(WAITS)]).to.deep.equal([[], []]);
    await other.close();
  });

  it('are not measured any more once that is ended', async () => {
    stop();
    await stage.warm();
    expect([await metrics.points(REQUESTS), await metrics.points(WAITS)]).to.deep.equal([[], []]);
  });

  it('leave out a request that began before anybody measured', async () => {
    stop();
    const token = stage.provider.getToken();
    await stage.time.settle();
    stop = measureDurations(metrics.meter, stage.provider, new MetricAttributes(metrics.meter, undefined));
    await stage.grant('t1');
    await token;
    expect(await metrics.points(REQUESTS)).to.deep.equal([]);
  });
});
