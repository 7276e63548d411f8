import type { Attributes } from '@opentelemetry/api';
import type { TokenProviderError } from '../ground/errors.js';
import type { TargetSummary } from '../ground/events.js';
import { BoundedValues } from './bounded-values.js';
import { errorTypeOf } from './error-type.js';

/** So many values of each attribute are told apart. OpenTelemetry's own limit is 2,000 series for a metric. */
const MOST_ADDRESSES = 50;
const MOST_CLIENTS = 1_000;
const MOST_ERROR_TYPES = 30;

/** Makes the attributes of metrics: of few different values, however many targets and failures there are. */
export class MetricAttributes {
  readonly #addresses = new BoundedValues(MOST_ADDRESSES);
  readonly #clients = new BoundedValues(MOST_CLIENTS);
  readonly #errorTypes = new BoundedValues(MOST_ERROR_TYPES);
  readonly #clientIdAttribute: string | undefined;

  constructor(clientIdAttribute: string | undefined) {
    this.#clientIdAttribute = clientIdAttribute;
  }

  ofTarget({ tokenEndpoint, clientId }: TargetSummary): Attributes {
    const ofServer = { 'server.address': this.#addresses.bound(hostOf(tokenEndpoint)) };
    if (this.#clientIdAttribute === undefined) return ofServer;
    return { ...ofServer, [this.#clientIdAttribute]: this.#clients.bound(clientId) };
  }

  /** None where there is no error. */
  ofError(error: TokenProviderError | string | undefined): Attributes {
    if (error === undefined) return {};
    const type = typeof error === 'string' ? error : errorTypeOf(error);
    return { 'error.type': this.#errorTypes.bound(type) };
  }
}

/** Without port and brackets (RFC 3986 §3.2.2), as `server.address` is defined. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[(.*)\]$/, '$1') : address;
}
