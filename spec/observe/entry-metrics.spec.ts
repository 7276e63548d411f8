import { expect } from 'chai';
import sinon from 'sinon';
import { TokenProvider } from '../../lib/index.js';
import { MetricAttributes } from '../../lib/observe/attributes/metric-attributes.js';
import { observeEntries } from '../../lib/observe/entry-metrics.js';
import { StoreTroubles } from '../../lib/observe/store-troubles.js';
import { fakeProvider } from '../../lib/testing.js';
import { Metrics } from '../support/metrics.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

const ofServer = { 'server.address': 'as.example' };

describe('the gauges of a provider', () => {
  let stage: Stage;
  let metrics: Metrics;
  let stop: () => void;
  const observe = (provider: TokenProvider, clientIdAttribute?: string) =>
    observeEntries(metrics.meter, {
      provider,
      attributes: new MetricAttributes(metrics.meter, clientIdAttribute),
      troubles: new StoreTroubles(),
    });
  const states = async () =>
    (await metrics.points('m2m_token.entries'))
      .filter(({ value }) => value !== 0)
      .map(({ attributes, value }) => `${value} ${attributes.state}`);
  const gauges = async () => [
    await metrics.points('m2m_token.expires_in'),
    await metrics.points('m2m_token.age'),
  ];
  beforeEach(() => {
    stage = new Stage({
      retry: { retries: 0 },
      resolveClient: ({ clientId }) => ({ clientSecret: `of ${clientId}` }),
    }).withChance(0);
    metrics = new Metrics();
    stop = observe(stage.provider);
  });
  afterEach(async () => {
    stop();
    await metrics.close();
    await stage.strike();
  });

  it('show each state, also with none in it, and no token where none was asked for', async () => {
    expect(await metrics.points('m2m_token.entries')).to.deep.equal([
      { attributes: { state: 'absent' }, value: 1 },
      { attributes: { state: 'fresh' }, value: 0 },
      { attributes: { state: 'due' }, value: 0 },
      { attributes: { state: 'expired' }, value: 0 },
      { attributes: { state: 'rejected' }, value: 0 },
    ]);
    expect(await gauges()).to.deep.equal([[], []]);
  });

  it('follow a token through an outage: its time left, its age, and 0 once nothing is left', async () => {
    await stage.warm();
    await stage.time.pass(100_000);
    expect(await gauges()).to.deep.equal([
      [{ attributes: ofServer, value: 500 }],
      [{ attributes: ofServer, value: 100 }],
    ]);
    stage.server.respond = (request) => request.answer(503);
    await stage.time.pass(200_000);
    void stage.provider.getToken();
    expect(await states()).to.deep.equal(['1 due']);
    await stage.time.pass(300_000);
    await rejection(stage.provider.getToken({ maxWaitMs: 0 }));
    expect(await states()).to.deep.equal(['1 expired']);
    expect(await gauges()).to.deep.equal([
      [{ attributes: ofServer, value: 0 }],
      [{ attributes: ofServer, value: 0 }],
    ]);
    stage.server.respond = (request) => request.grant('t2', { expires_in: 60 });
    await stage.time.pass(15_000);
    const [left, age] = (await gauges()).map(([point]) => Number(point?.value));
    expect((left ?? 0) + (age ?? 0)).to.equal(60);
  });

  it('leave out a token that ended since nobody asked for another', async () => {
    await stage.warm({ expires_in: 60 });
    await stage.time.pass(300_000);
    expect(await states()).to.deep.equal(['1 expired']);
    expect(await gauges()).to.deep.equal([[], []]);
  });

  it('show a token that is missing as -1 until an attempt has failed, and again once its target is given up', async () => {
    const left = async () => (await metrics.points('m2m_token.expires_in')).map(({ value }) => value);
    await stage.warm();
    expect(await left()).to.deep.equal([600]);
    stage.provider.invalidate('t1');
    expect([await states(), await left()]).to.deep.equal([['1 rejected'], [-1]]);
    stage.server.respond = (request, count) => request.grant(`t${count}`, { expires_in: 600 });
    await stage.grant('t2', { expires_in: 600 });
    await stage.time.pass(2_000_000);
    stage.server.respond = undefined;
    void rejection(stage.provider.getToken());
    await stage.time.settle();
    expect([await states(), await left()]).to.deep.equal([['1 expired'], [-1]]);
    stage.server.respond = (request) => request.answer(503);
    stage.server.last.answer(503);
    await stage.time.settle();
    expect(await left()).to.deep.equal([0]);
    await stage.time.pass(2_000_000);
    expect(stage.provider.status()[0]?.consecutiveFailures).to.be.above(1);
    expect([await states(), await left()]).to.deep.equal([['1 expired'], [-1]]);
  });

  it('show the worst of the targets that look alike, and each alone where clients are told apart', async () => {
    stage.server.respond = (request, count) =>
      request.grant(`t${count}`, { expires_in: count === 1 ? 600 : 900 });
    void stage.provider.getToken();
    await stage.time.pass(50_000);
    void stage.provider.getToken({ clientId: 'tenant' });
    await stage.time.pass(10_000);
    expect(await states()).to.deep.equal(['2 fresh']);
    expect(await gauges()).to.deep.equal([
      [{ attributes: ofServer, value: 540 }],
      [{ attributes: ofServer, value: 60 }],
    ]);
    stop();
    stop = observe(stage.provider, 'client');
    const [left] = await gauges();
    expect(left).to.have.deep.members([
      { attributes: ofServer, value: -1 },
      { attributes: { ...ofServer, client: 'acme' }, value: 540 },
      { attributes: { ...ofServer, client: 'tenant' }, value: 890 },
    ]);
  });

  it('show no age and no time below 0 after the clock was set', async () => {
    await stage.warm();
    stage.time.stepWallClock(-5_000);
    const [, age] = await gauges();
    expect(age).to.deep.equal([{ attributes: ofServer, value: 0 }]);
  });

  it('show whether the store is out of order', async () => {
    const fake = fakeProvider();
    stop();
    const troubles = new StoreTroubles();
    const unfollow = troubles.follow(fake);
    const attributes = new MetricAttributes(metrics.meter, undefined);
    stop = observeEntries(metrics.meter, { provider: stage.provider, attributes, troubles });
    const degraded = async () => (await metrics.points('m2m_token.store.degraded'))[0]?.value;
    expect(await degraded()).to.equal(0);
    fake.emit('degrade');
    expect(await degraded()).to.equal(1);
    const stopOther = observe(stage.provider);
    expect(await degraded()).to.equal(1);
    stopOther();
    unfollow();
  });

  it('add up over all providers of a meter', async () => {
    stage.server.respond = (request) => request.grant('t', { expires_in: 600 });
    const http = stage.server.http;
    const tokenEndpoint = 'https://as.example/token';
    const other = new TokenProvider({ tokenEndpoint, clientId: 'other', clientSecret: 'b', http });
    const stopOther = observe(other);
    void stage.provider.getToken();
    await stage.time.pass(10_000);
    void other.getToken();
    await stage.time.pass(10_000);
    expect(await states()).to.deep.equal(['2 fresh']);
    expect(await gauges()).to.deep.equal([
      [{ attributes: ofServer, value: 580 }],
      [{ attributes: ofServer, value: 20 }],
    ]);
    stopOther();
    await other.close();
    expect(await states()).to.deep.equal(['1 fresh']);
  });

  it('count a provider for nothing once it is closed, whatever it was doing, and others go on counting', async () => {
    const other = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'other',
      clientSecret: 'b',
      http: stage.server.http,
    });
    const stopOther = observe(other);
    stage.server.respond = (request) => request.grant('t', { expires_in: 600 });
    await other.getToken();
    stage.server.respond = undefined;
    const waiting = rejection(stage.provider.getToken());
    await stage.time.settle();
    stage.server.last.answer(503);
    await waiting;
    expect(await states()).to.deep.equal(['1 absent', '1 fresh']);
    expect((await gauges())[0]).to.deep.equal([{ attributes: ofServer, value: 0 }]);
    await Promise.all([stage.provider.close(), rejection(stage.provider.getToken())]);
    expect(await states()).to.deep.equal(['1 fresh']);
    expect((await gauges())[0]).to.deep.equal([{ attributes: ofServer, value: 600 }]);
    await other.close();
    expect(await states()).to.deep.equal([]);
    expect((await gauges())[0]).to.deep.equal([{ attributes: ofServer, value: -1 }]);
    stopOther();
  });

  it('show nothing that lasts once that is ended, and ask nobody any more', async () => {
    await stage.warm();
    expect(await states()).to.deep.equal(['1 fresh']);
    stop();
    const health = sinon.spy(stage.provider, 'health');
    for (const _ of [1, 2]) {
      expect(await states()).to.deep.equal([]);
      expect(await gauges()).to.deep.equal([
        [{ attributes: ofServer, value: -1 }],
        [{ attributes: ofServer, value: 0 }],
      ]);
    }
    expect(health.called).to.equal(false);
    stop = observe(stage.provider);
    expect(await states()).to.deep.equal(['1 fresh']);
  });
});
