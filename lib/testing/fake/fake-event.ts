import { now } from '../../ground/clock.js';
import {
  ConfigurationError,
  TokenEndpointError,
  TokenRequestError,
  TokenStoreError,
} from '../../ground/errors.js';
import type { EventName, TargetSummary, TokenProviderEvents } from '../../ground/events.js';
import { kindOf } from '../../ground/value-kind.js';
import { readFields } from '../../options/option-fields.js';

/** What renewals of a fake provider fail by, unless the test says it: nobody answers. */
export function outage(): TokenRequestError {
  return new TokenRequestError('No connection to the token endpoint (ECONNREFUSED).', 'ECONNREFUSED');
}

/** What a test says of an event, and of its target: the rest is filled in. */
export type PartialEvent<Name extends EventName> = Name extends EventName
  ? Partial<Omit<TokenProviderEvents[Name], 'target'>> & { readonly target?: Partial<TargetSummary> }
  : never;

/**
 * The event of that name, with something true in all fields that the test does not give.
 *
 * @throws {ConfigurationError} when a field is unknown, or an error is none
 */
export function completeEvent<Name extends EventName>(
  name: Name,
  given: PartialEvent<Name>,
  target: TargetSummary,
): TokenProviderEvents[Name] {
  const usual = { target, ...makers[name](now().wall) };
  const fields = readFields<Record<string, unknown>>('event fields', given, Object.keys(usual));
  const { target: about = {} } = fields;
  const told = readFields<Partial<TargetSummary>>('target', about, TARGET_FIELDS);
  for (const field of ['error', 'lastError']) checkError(field, fields[field]);
  const event = { ...usual, ...fields, target: Object.freeze({ ...target, ...told }) };
  return (name === 'failure' ? agreed(event, fields) : event) as TokenProviderEvents[Name];
}

const TARGET_FIELDS: readonly (keyof TargetSummary)[] = ['tokenEndpoint', 'clientId', 'scope', 'resource'];

function checkError(field: string, error: unknown): void {
  if (error === undefined || error instanceof Error) return;
  throw new ConfigurationError(field, `must be an error; got ${kindOf(error)}.`);
}

/** An error says itself whether it is permanent: what the test says of one of the two goes for both. */
function agreed(event: object, { error, permanent }: Partial<TokenProviderEvents['failure']>): object {
  if (error) return { ...event, permanent: permanent ?? error.permanent === true };
  return permanent === true ? { ...event, error: refusal() } : event;
}

function refusal(): TokenEndpointError {
  const failure = { httpStatus: 401, error: 'invalid_client', permanent: true };
  return new TokenEndpointError('The token endpoint refuses the client (invalid_client).', failure);
}

const makers: {
  readonly [Name in EventName]: (at: number) => Omit<TokenProviderEvents[Name], 'target'>;
} = {
  refresh: (at) => ({
    reason: 'due',
    scope: undefined,
    expiresAt: at + 600_000,
    dueAt: at + 300_000,
    durationMs: 0,
    attempts: 1,
    source: 'endpoint',
  }),
  failure: (at) => ({
    reason: 'due',
    error: outage(),
    attempts: 6,
    permanent: false,
    nextAttemptAt: at + 1_000,
    usableUntil: at + 300_000,
  }),
  retry: (at) => ({ reason: 'due', error: outage(), attempt: 1, delayMs: 1_000, nextAttemptAt: at + 1_000 }),
  expire: (at) => ({ expiresAt: at, lastError: outage() }),
  reject: (at) => ({ issuedAt: at, nextAttemptAt: at }),
  evict: (at) => ({ expiresAt: at + 300_000 }),
  degrade: () => ({ trouble: 'read', error: new TokenStoreError('The store is down.', 'ECONNREFUSED') }),
  recover: () => ({ trouble: 'read', durationMs: 1_000 }),
};
