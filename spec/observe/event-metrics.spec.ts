import { expect } from 'chai';
import { MetricAttributes } from '../../lib/observe/attributes/metric-attributes.js';
import { countEvents } from '../../lib/observe/event-metrics.js';
import { Metrics } from '../support/metrics.js';
import { Stage } from '../support/stage.js';

const ofServer = { 'server.address': 'as.example' };

describe('the counters of a provider', () => {
  let stage: Stage;
  let metrics: Metrics;
  let stop: () => void;
  beforeEach(() => {
    stage = new Stage({ retry: { retries: 0 } }).withChance(0);
    metrics = new Metrics();
    stop = countEvents(metrics.meter, stage.provider, new MetricAttributes(metrics.meter, undefined));
  });
  afterEach(async () => {
    stop();
    await metrics.close();
    await stage.strike();
  });

  it('count new tokens by reason and source, renewals that gave up by error, and rejected tokens', async () => {
    await stage.warm();
    stage.server.respond = (request, count) => (count < 4 ? request.answer(503) : request.grant(`t${count}`));
    await stage.time.pass(301_000);
    stage.server.respond = (request, count) => request.grant(`t${count}`);
    await stage.time.pass(60_000);
    const token = stage.provider.peek()?.value ?? '';
    stage.provider.invalidate(token);
    await stage.time.pass(1_000);
    expect(await metrics.points('m2m_token.refreshes')).to.deep.equal([
      { attributes: { ...ofServer, reason: 'absent', source: 'endpoint' }, value: 1 },
      { attributes: { ...ofServer, reason: 'due', source: 'endpoint' }, value: 1 },
      { attributes: { ...ofServer, reason: 'rejected', source: 'endpoint' }, value: 1 },
    ]);
    expect(await metrics.points('m2m_token.failures')).to.deep.equal([
      {
        attributes: { ...ofServer, reason: 'due', 'error.type': '503' },
        value: stage.heard('failure').length,
      },
    ]);
    expect(await metrics.points('m2m_token.rejections')).to.deep.equal([{ attributes: ofServer, value: 1 }]);
  });

  it('count nothing any more once that is ended', async () => {
    stop();
    await stage.warm();
    stage.provider.invalidate('t1');
    expect(await metrics.collect()).to.deep.equal([]);
  });

  it('have units of their own', async () => {
    await stage.warm();
    expect((await metrics.collect()).map(({ descriptor }) => descriptor.unit)).to.deep.equal(['{refresh}']);
  });
});
