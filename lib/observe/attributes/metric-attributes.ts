import type { Attributes, Meter } from '@opentelemetry/api';
import type { TokenProviderError } from '../../ground/errors.js';
import type { TargetSummary } from '../../ground/events.js';
import { perMeter } from '../per-meter.js';
import { BoundedValues } from './bounded-values.js';
import { errorTypeOf } from './error-type.js';

/**
 * So many values of each attribute are told apart: OpenTelemetry's own limit is 2,000 series for a metric. All providers of a meter share
 * this, since they share the metrics, too; and no value is let go, since OpenTelemetry keeps its series for good.
 */
const boundsOf = perMeter(() => ({
  addresses: new BoundedValues(50),
  clients: new BoundedValues(1_000),
  errorTypes: new BoundedValues(30),
}));

/** Makes the attributes of metrics: of few different values, however many providers, targets and failures there are. */
export class MetricAttributes {
  readonly #bounds: ReturnType<typeof boundsOf>;
  readonly #clientIdAttribute: string | undefined;

  constructor(meter: Meter, clientIdAttribute: string | undefined) {
    this.#bounds = boundsOf(meter);
    this.#clientIdAttribute = clientIdAttribute;
  }

  ofTarget({ tokenEndpoint, clientId }: TargetSummary): Attributes {
    const ofServer = { 'server.address': this.#bounds.addresses.bound(hostOf(tokenEndpoint)) };
    if (this.#clientIdAttribute === undefined) return ofServer;
    return { ...ofServer, [this.#clientIdAttribute]: this.#bounds.clients.bound(clientId) };
  }

  /** None where there is no error. */
  ofError(error: TokenProviderError | string | undefined): Attributes {
    if (error === undefined) return {};
    const type = typeof error === 'string' ? error : errorTypeOf(error);
    return { 'error.type': this.#bounds.errorTypes.bound(type) };
  }
}

/** Without port and brackets (RFC 3986 §3.2.2), as `server.address` is defined. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[(.*)\]$/, '$1') : address;
}
