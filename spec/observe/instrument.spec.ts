import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { metrics as api } from '@opentelemetry/api';
import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError } from '../../lib/ground/errors.js';
import type { EventName } from '../../lib/ground/events.js';
import { MemoryTokenStore, TokenProvider } from '../../lib/index.js';
import { instrument } from '../../lib/observe/instrument.js';
import type { ObservedProvider } from '../../lib/observe/observed-provider.js';
import { fakeProvider } from '../../lib/testing.js';
import { Metrics } from '../support/metrics.js';
import { nameIn, rowsOf } from '../support/pages.js';
import { thrown } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { Stage } from '../support/stage.js';

/** Of docs/operating.md: the name of each metric, its kind and unit, and its attributes. */
const DOCUMENTED = rowsOf('docs/operating.md', 'Metrics by OpenTelemetry').map(
  ([name = '', kind = '', attributes = '']) => ({
    name: nameIn(name),
    kind,
    attributes: [...attributes.matchAll(/`([\w.]+)`/g)].map(([, word]) => word),
  }),
);
const KINDS: Readonly<Record<string, string>> = {
  HISTOGRAM: 'histogram',
  OBSERVABLE_GAUGE: 'gauge',
  OBSERVABLE_UP_DOWN_COUNTER: 'up-down counter',
  COUNTER: 'counter',
};
/** The events that are heard, in turn. */
const HEARD: EventName[] = ['degrade', 'recover', 'evict', 'refresh', 'failure', 'reject'];

describe('instrument()', () => {
  let stage: Stage;
  let metrics: Metrics;
  beforeEach(() => {
    metrics = new Metrics();
  });
  afterEach(async () => {
    await metrics.close();
    await stage?.strike();
  });

  /** A day on which everything happens. */
  async function live(): Promise<void> {
    const { provider, server, time } = stage;
    await stage.warm();
    server.respond = (request) => request.answer(503);
    await time.pass(301_000);
    server.respond = (request, count) => request.grant(`t${count}`);
    await time.pass(60_000);
    provider.invalidate(provider.peek()?.value ?? '');
    await time.pass(1_000);
    provider.invalidate(provider.peek()?.value ?? '');
    server.respond = (request) => request.answer(503);
    void provider.refresh().catch(() => undefined);
    await time.pass(1_000);
  }

  it('records all metrics, of the meter that it is given, without secret and token', async () => {
    stage = new Stage({ retry: { retries: 0 }, store: new MemoryTokenStore() }).withChance(0);
    const stop = instrument(stage.provider, { meter: metrics.meter, clientIdAttribute: true });
    await live();
    const collected = await metrics.collect();
    const recorded = collected.map(({ descriptor, dataPoints }) => {
      const { name, unit, type } = descriptor as typeof descriptor & { readonly type: string };
      const attributes = new Set(dataPoints.flatMap((point) => Object.keys(point.attributes)));
      attributes.delete('m2m_token.client_id');
      return { name, kind: KINDS[type] + (unit === 's' ? ', s' : ''), attributes: [...attributes].sort() };
    });
    const told = DOCUMENTED.map((metric) => ({ ...metric, attributes: metric.attributes.sort() }));
    expect(recorded).to.have.deep.members(told);
    expect(recorded).to.have.length(9);
    for (const { descriptor } of collected) expect(descriptor.description).to.match(/^[A-Z1].*\.$/);
    const units = collected.map(({ descriptor }) => descriptor.unit).filter((unit) => unit !== 's');
    expect(units).to.have.members(['{refresh}', '{failure}', '{rejection}', '{entry}', '']);
    const shown = inspect(collected, { depth: null });
    expect(shown).to.contain("'m2m_token.client_id': 'acme'");
    expect(shown).to.not.match(/s3cret|\bt\d+\b/);
    stop();
  });

  it('records by the global meter, if it is given none', async () => {
    api.setGlobalMeterProvider(metrics.provider);
    stage = new Stage();
    const stop = instrument(stage.provider);
    await stage.warm();
    const names = (await metrics.collect()).map(({ descriptor }) => descriptor.name);
    expect(names).to.include('m2m_token.request.duration');
    stop();
    api.disable();
  });

  it('leaves nothing behind once it is ended', async () => {
    stage = new Stage();
    const off = sinon.spy(stage.provider, 'off');
    instrument(stage.provider, { meter: metrics.meter })();
    expect(off.args.map(([name]) => name)).to.have.members(HEARD);
    expect(heardChannels()).to.deep.equal([]);
    await stage.warm();
    expect(await metrics.points('m2m_token.request.duration')).to.deep.equal([]);
    expect(await metrics.points('m2m_token.refreshes')).to.deep.equal([]);
    expect((await metrics.points('m2m_token.entries')).map(({ value }) => value)).to.deep.equal([
      0, 0, 0, 0, 0,
    ]);
  });

  for (const [method, place] of [
    ['createHistogram', 0],
    ['createHistogram', 1],
    ['createCounter', 2],
    ['createObservableGauge', 2],
    ['createObservableUpDownCounter', 0],
    ['addBatchObservableCallback', 0],
  ] as const)
    it(`leaves nothing behind where call ${place + 1} of the meter's ${method}() throws`, () => {
      stage = new Stage();
      const [on, off] = [sinon.spy(stage.provider, 'on'), sinon.spy(stage.provider, 'off')];
      const fault = new Error('no');
      sinon.stub(metrics.meter, method).callThrough().onCall(place).throws(fault);
      expect(() => instrument(stage.provider, { meter: metrics.meter })).to.throw(fault);
      expect(off.args).to.have.deep.members(on.args);
      expect(heardChannels()).to.deep.equal([]);
    });

  for (const [place, event] of HEARD.entries())
    it(`leaves nothing behind where the provider's on('${event}') throws`, () => {
      stage = new Stage();
      const fault = new Error('no');
      const on = sinon.stub(stage.provider, 'on').callThrough();
      on.onCall(place).throws(fault);
      const off = sinon.spy(stage.provider, 'off');
      expect(() => instrument(stage.provider, { meter: metrics.meter })).to.throw(fault);
      expect(on.args.map(([name]) => name)).to.deep.equal(HEARD.slice(0, place + 1));
      expect(off.args).to.have.deep.members(on.args.slice(0, place));
      expect(heardChannels()).to.deep.equal([]);
    });

  it('refuses what is no provider', () => {
    for (const odd of [undefined, null, {}, 'provider', { on: () => 0, off: () => 0 }]) {
      const error = thrown<ConfigurationError>(() => instrument(odd as unknown as ObservedProvider));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'provider');
      expect(error.message).to.contain('must be a TokenProvider; got ');
    }
  });

  it('says what to give in the place of a handle', () => {
    stage = new Stage();
    for (const provider of [stage.provider, fakeProvider()]) {
      const handle = provider.forClient({ clientId: 'acme' }) as unknown as ObservedProvider;
      expect(() => instrument(handle)).to.throw(
        ConfigurationError,
        'provider: must be a TokenProvider; got a handle for one target. Give the provider itself.',
      );
    }
  });

  it('tells few servers apart, however many providers a meter has', async () => {
    const server = new ScriptedServer();
    server.respond = (request) => request.grant('t');
    const providers = Array.from({ length: 200 }, (_, index) => {
      const tokenEndpoint = `https://as${index}.example/token`;
      return new TokenProvider({ tokenEndpoint, clientId: 'a', clientSecret: 'b', http: server.http });
    });
    const stops = providers.map((provider) => instrument(provider, { meter: metrics.meter }));
    await Promise.all(providers.map((provider) => provider.getToken()));
    const counts = ['request.duration', 'refreshes', 'expires_in'].map(
      async (name) => (await metrics.points(`m2m_token.${name}`)).length,
    );
    expect(await Promise.all(counts)).to.deep.equal([51, 51, 51]);
    for (const stop of stops) stop();
    await Promise.all(providers.map((provider) => provider.close()));
  });

  it('takes a TokenProvider, and each of several by itself', async () => {
    stage = new Stage();
    const other = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b' });
    const second = new Metrics();
    const stops = [
      instrument(stage.provider, { meter: metrics.meter }),
      instrument(other, { meter: second.meter }),
    ];
    await stage.warm();
    expect(await metrics.points('m2m_token.refreshes')).to.have.length(1);
    expect(await second.points('m2m_token.refreshes')).to.deep.equal([]);
    for (const stop of stops) stop();
    await Promise.all([other.close(), second.close()]);
  });
});

/** Those of this package to which somebody listens. */
function heardChannels(): string[] {
  return ['wait', 'token-request:start', 'token-request:asyncEnd']
    .flatMap((name) => [`m2m-token-provider:${name}`, `tracing:m2m-token-provider:${name}`])
    .filter((name) => channel(name).hasSubscribers);
}
