import { metrics } from '@opentelemetry/api';
import { expect } from 'chai';
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

  for (const name of ['server.address', 'error.type', 'reason', 'source', 'state'])
    it(`do not call the client ${name}, which the metrics have anyway`, () => {
      expect(() => readInstrumentOptions({ clientIdAttribute: name })).to.throw(
        ConfigurationError,
        `clientIdAttribute: must not be ${name}, which says something else.`,
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
