import { metrics } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { type InstrumentOptions, readInstrumentOptions } from '../../lib/observe/instrument-options.js';
import { Metrics } from '../support/metrics.js';
import { thrown } from '../support/rejection.js';

describe('the options of instrument()', () => {
  it('are the global meter, and no client id, by default', async () => {
    const real = new Metrics();
    metrics.setGlobalMeterProvider(real.provider);
    const { meter, clientIdAttribute } = readInstrumentOptions();
    expect(meter).to.equal(real.provider.getMeter('m2m-token-provider'));
    expect(clientIdAttribute).to.equal(undefined);
    metrics.disable();
    await real.close();
  });

  for (const [given, name] of [
    [undefined, undefined],
    [false, undefined],
    [true, 'm2m_token.client_id'],
    ['client', 'client'],
    ['app.client_id', 'app.client_id'],
  ] as const)
    it(`call the attribute ${name} for ${given}`, () => {
      expect(readInstrumentOptions({ clientIdAttribute: given }).clientIdAttribute).to.equal(name);
    });

  it('say what to give in the place of a meter provider', async () => {
    const real = new Metrics();
    expect(() => readInstrumentOptions({ meter: real.provider as never })).to.throw(
      ConfigurationError,
      "meter: must be a Meter of @opentelemetry/api; got a MeterProvider. Give meterProvider.getMeter('my-service').",
    );
    await real.close();
  });

  it('say that a meter, or a meter provider, is given by name', async () => {
    const real = new Metrics();
    for (const given of [real.provider, real.provider.getMeter('mine')])
      expect(() => readInstrumentOptions(given as never)).to.throw(
        ConfigurationError,
        'meter: must be given by its name: instrument(provider, { meter }).',
      );
    await real.close();
  });

  for (const name of ['server.address', 'error.type', 'reason', 'source', 'state', 'le', 'quantile'])
    it(`do not call the client ${name}, which the metrics have anyway`, () => {
      expect(() => readInstrumentOptions({ clientIdAttribute: name })).to.throw(
        ConfigurationError,
        `clientIdAttribute: must not be ${name}, which says something else.`,
      );
    });

  for (const [name, taken, label] of [
    ['server_address', 'server.address', 'server_address'],
    ['server__address', 'server.address', 'server_address'],
    ['error_type', 'error.type', 'error_type'],
    ['error._type', 'error.type', 'error_type'],
    ['otel_scope_name', 'otel.scope.name', 'otel_scope_name'],
  ] as const)
    it(`do not call the client ${name}, which is ${taken} to Prometheus`, () => {
      expect(() => readInstrumentOptions({ clientIdAttribute: name })).to.throw(
        ConfigurationError,
        `clientIdAttribute: must not be ${taken}, which says something else. To Prometheus both are ${label}.`,
      );
    });

  it('call it by no name that Prometheus could take for another', async () => {
    const word = fc.constantFrom(
      ...'server address error type reason state le otel scope name client'.split(' '),
    );
    const dot = fc.constantFrom('.', '_', '__', '._');
    const names = fc.array(fc.tuple(word, dot), { minLength: 1, maxLength: 3 });
    const spelt = names.map((parts) => parts.flat().slice(0, -1).join(''));
    await fc.assert(
      fc.asyncProperty(spelt, async (clientIdAttribute) => {
        const real = new Metrics();
        const name = accepted(clientIdAttribute);
        const attributes = { 'server.address': 'a', 'error.type': 'b', reason: 'c', source: 'd', state: 'e' };
        real.meter.createHistogram('histogram').record(1, { ...attributes, [name]: 'f' });
        const text = new PrometheusSerializer().serialize(await real.collectAll());
        const series = [...text.matchAll(/^histogram_\w+\{(.*)\}/gm)];
        expect(series).to.not.deep.equal([]);
        for (const [, all = ''] of series) {
          const labels = [...all.matchAll(/(\w+)="/g)].map(([, label]) => label);
          expect(new Set(labels).size, all).to.equal(labels.length);
        }
        await real.close();
      }),
    );
  });

  for (const [odd, option] of [
    [{ meter: {} }, 'meter'],
    [{ meter: null }, 'meter'],
    [{ clientIdAttribute: '' }, 'clientIdAttribute'],
    [{ clientIdAttribute: 'with blanks' }, 'clientIdAttribute'],
    [{ clientIdAttribute: '1st' }, 'clientIdAttribute'],
    [{ clientIdAttribute: 'a'.repeat(101) }, 'clientIdAttribute'],
    [{ clientIdAttribute: 5 }, 'clientIdAttribute'],
    [{ meters: 5 }, 'meters'],
    ['meter', 'instrument options'],
  ] as const)
    it(`refuse ${JSON.stringify(odd)}`, () => {
      const error = thrown<ConfigurationError>(() => readInstrumentOptions(odd as InstrumentOptions));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(error.message)
        .to.match(/(; got |is not among|Did you mean)/)
        .and.not.contain('with blanks');
    });
});

/** The name as it is used; another where it is refused. */
function accepted(clientIdAttribute: string): string {
  try {
    return readInstrumentOptions({ clientIdAttribute }).clientIdAttribute ?? '';
  } catch {
    return 'client';
  }
}
