import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import { readClientId } from './client-credentials.js';
import { readFields } from './option-fields.js';
import type { ClientQuery, TargetOptions } from './token-provider-options.js';
import { readResource, readScope } from './token-request-settings.js';

export const TARGET_OPTIONS: readonly (keyof TargetOptions)[] = ['clientId', 'region', 'scope', 'resource'];

/** Whose token is meant, checked; two spellings of one give the same. `undefined` is what the options leave open. */
export interface TargetQuery extends Omit<ClientQuery, 'clientId'> {
  readonly clientId: string | undefined;
}

export function readTarget(options: TargetOptions = {}): TargetQuery {
  const fields = readFields<TargetOptions>('target options', options, TARGET_OPTIONS);
  return readTargetFields(fields);
}

export function readTargetFields({ clientId, region, scope, resource }: TargetOptions): TargetQuery {
  return Object.freeze({
    clientId: clientId === undefined ? undefined : readClientId(clientId),
    region: readRegionName(region),
    scope: readScope(scope),
    resource: readResource(resource),
  });
}

/** What it stands for is for `regions`, or for `resolveClient`, to say. */
function readRegionName(region: unknown): string | undefined {
  if (region === undefined || (typeof region === 'string' && region !== '')) return region;
  throw new ConfigurationError('region', `must be a non-empty string; got ${kindOf(region)}.`);
}
