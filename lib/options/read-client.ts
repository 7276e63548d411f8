import { ConfigurationError } from '../errors.js';
import type { ClientAuthentication, Target } from '../target.js';
import { asOneOf, asSet, isBag, kindOf, parseUrl, readable } from './check.js';
import { memberOf } from './known-words.js';
import type { ShapeOptions } from './token-provider-options.js';

const AUTHENTICATIONS: readonly ClientAuthentication[] = ['basic', 'basic-raw', 'post'];

/** What the token request writes itself, from options of its own. */
const RESERVED_PARAMETERS = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'scope',
  'resource',
];

/** RFC 6749 Appendix A.1 and A.2: client id and secret are of the characters %x20-7E. */
const NOT_VSCHAR = /[^\x20-\x7e]/;
/** RFC 6749 §3.3: the characters a scope token may have. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Asks for the secret; it may take its time, or fail. */
export type SecretSupplier = () => string | Promise<string>;

/** What shapes a token, beside the client and the place it comes from. */
export type ClientShape = Omit<Target, 'tokenEndpoint' | 'clientId'>;

const PLAIN: ClientShape = Object.freeze({
  authentication: 'basic',
  scope: Object.freeze([]),
  resource: Object.freeze([]),
  parameters: Object.freeze([]),
});

/** Reads what is given, and leaves the rest as it was. */
export function readShape(options: ShapeOptions, fallback = PLAIN): ClientShape {
  const { authentication, scope, resource, parameters } = options;
  return {
    authentication:
      authentication === undefined
        ? fallback.authentication
        : asOneOf('authentication', authentication, AUTHENTICATIONS),
    scope: readScope(scope) ?? fallback.scope,
    resource: readResource(resource) ?? fallback.resource,
    parameters: readParameters(parameters) ?? fallback.parameters,
  };
}

/** The secret is kept where no inspection of an object reaches it: behind a function. */
export function readClientSecret(secret: unknown): SecretSupplier {
  if (typeof secret === 'function') return secret as SecretSupplier;
  const problem = secretProblem(secret);
  if (problem) throw new ConfigurationError('clientSecret', problem);
  return () => secret as string;
}

/** What is wrong with a secret, or `undefined`. Never repeats any of it. */
export function secretProblem(secret: unknown): string | undefined {
  if (secret === undefined) return 'is missing.';
  // Of digits alone, some file may have made a number of it.
  if (typeof secret === 'number') return 'must be a string or a function; got a number.';
  if (typeof secret !== 'string') return `must be a string or a function; got ${kindOf(secret)}.`;
  if (secret === '') return 'is empty. Is the environment variable it comes from set?';
  if (/[\r\n]/.test(secret)) return 'contains a line break. Was it read from a file? Then trim() it.';
  if (NOT_VSCHAR.test(secret))
    return 'contains a character other than printable ASCII (RFC 6749 Appendix A.2).';
  return undefined;
}

export function readClientId(clientId: unknown): string {
  if (typeof clientId !== 'string' || clientId === '') {
    throw new ConfigurationError('clientId', `must be a non-empty string; got ${kindOf(clientId)}.`);
  }
  if (clientId !== clientId.trim() || NOT_VSCHAR.test(clientId)) {
    throw new ConfigurationError(
      'clientId',
      'contains white space around it, or a character other than ASCII.',
    );
  }
  return clientId;
}

/** As a sorted list without duplicates; `undefined` when nothing is given. */
export function readScope(scope: unknown): readonly string[] | undefined {
  if (scope === undefined) return undefined;
  const tokens = asSet('scope', scope, / +/);
  if (!tokens.every((token) => SCOPE_TOKEN.test(token))) {
    throw new ConfigurationError(
      'scope',
      'contains a character that RFC 6749 §3.3 does not allow. Separate by spaces.',
    );
  }
  return tokens;
}

/** As a sorted list without duplicates; `undefined` when nothing is given. */
export function readResource(resource: unknown): readonly string[] | undefined {
  if (resource === undefined) return undefined;
  const uris = asSet('resource', resource);
  if (!uris.every((uri) => parseUrl(uri) && !uri.includes('#'))) {
    throw new ConfigurationError('resource', 'must be absolute URIs without a fragment (RFC 8707 §2).');
  }
  return uris;
}

function readParameters(parameters: unknown): Target['parameters'] | undefined {
  if (parameters === undefined) return undefined;
  if (!isBag(parameters)) {
    throw new ConfigurationError('parameters', `must be a plain object; got ${kindOf(parameters)}.`);
  }
  const pairs = readable('parameters', () => Object.entries(parameters)).map(readParameter);
  return Object.freeze(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readParameter([name, value]: [string, unknown], place: number): readonly [string, string] {
  if (RESERVED_PARAMETERS.includes(name)) {
    throw new ConfigurationError(`parameters.${name}`, 'is reserved. Use the option for it instead.');
  }
  if (typeof value !== 'string') {
    const option = memberOf('parameters', name, place);
    throw new ConfigurationError(option, `must be a string; got ${kindOf(value)}.`);
  }
  return Object.freeze([name, value] as const);
}
