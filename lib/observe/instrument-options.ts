import { type Meter, type MeterProvider, metrics } from '@opentelemetry/api';
import { ConfigurationError } from '../ground/errors.js';
import { describe, kindOf } from '../ground/value-kind.js';
import { readFields } from '../options/option-fields.js';

/** What `instrument()` takes. */
export interface InstrumentOptions {
  /** Where the metrics are recorded. Default: the meter `m2m-token-provider` of the global meter provider, as it is at the call. */
  readonly meter?: Meter | undefined;
  /**
   * Whether the metrics tell clients apart, by an attribute of this name; `true` calls it `m2m_token.client_id`. Each client then has
   * series of its own: for a few clients. Letters, digits, dots and underscores, 1 to 100 of them, a letter first; not the name of
   * another attribute of these metrics, nor what Prometheus takes for it. Default `false`.
   */
  readonly clientIdAttribute?: boolean | string | undefined;
}

export interface InstrumentSettings {
  readonly meter: Meter;
  /** `undefined` where clients are not told apart. */
  readonly clientIdAttribute: string | undefined;
}

const OPTIONS: readonly (keyof InstrumentOptions)[] = ['meter', 'clientIdAttribute'];
const NAME = 'm2m-token-provider';
const CLIENT_ID = 'm2m_token.client_id';
/** Those that the metrics have anyway, and those that Prometheus and its exporter add. */
const TAKEN = [
  'server.address',
  'error.type',
  'reason',
  'source',
  'state',
  'le',
  'quantile',
  'otel.scope.name',
  'otel.scope.version',
  'otel.scope.schema_url',
];
/** As OpenTelemetry names attributes. */
const ATTRIBUTE_NAME = /^[a-z][\w.]{0,99}$/i;

/** @throws {ConfigurationError} when an option is malformed */
export function readInstrumentOptions(options: InstrumentOptions = {}): InstrumentSettings {
  if (isMeter(options) || isMeterProvider(options))
    throw new ConfigurationError('meter', 'must be given by its name: instrument(provider, { meter }).');
  const given = readFields<InstrumentOptions>('instrument options', options, OPTIONS);
  return {
    meter: readMeter(given.meter),
    clientIdAttribute: readClientIdAttribute(given.clientIdAttribute),
  };
}

function readMeter(meter: Meter | undefined): Meter {
  if (meter === undefined) return metrics.getMeter(NAME);
  if (isMeter(meter)) return meter;
  const got = isMeterProvider(meter)
    ? "a MeterProvider. Give meterProvider.getMeter('my-service')"
    : kindOf(meter);
  throw new ConfigurationError('meter', `must be a Meter of @opentelemetry/api; got ${got}.`);
}

function isMeter(value: unknown): value is Meter {
  return typeof (value as Partial<Meter> | null)?.createHistogram === 'function';
}

function isMeterProvider(value: unknown): boolean {
  return typeof (value as Partial<MeterProvider> | null)?.getMeter === 'function';
}

function readClientIdAttribute(name: unknown): string | undefined {
  if (name === undefined || name === false) return undefined;
  if (name === true) return CLIENT_ID;
  if (typeof name !== 'string' || !ATTRIBUTE_NAME.test(name)) {
    throw new ConfigurationError(
      'clientIdAttribute',
      `must be true, false, or the name of an attribute, as in 'app.client_id'; got ${describe(name)}.`,
    );
  }
  const taken = TAKEN.find((one) => labelOf(one) === labelOf(name));
  if (taken === undefined) return name;
  const why = taken === name ? '' : ` To Prometheus both are ${labelOf(taken)}.`;
  throw new ConfigurationError('clientIdAttribute', `must not be ${taken}, which says something else.${why}`);
}

/** What Prometheus makes of a name. Where two labels of a metric are alike, it takes nothing of what the process shows. */
function labelOf(name: string): string {
  return name.replace(/\W/g, '_').replace(/_{2,}/g, '_');
}
