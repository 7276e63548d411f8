import { ConfigurationError } from '../ground/errors.js';
import { isPlainObject, kindOf } from '../ground/value-kind.js';
import { memberOf, readable } from './option-fields.js';
import { readTexts } from './option-values.js';
import type { TokenRequestOptions } from './token-provider-options.js';

/** What a token request asks for, and what is taken for an answer, checked; two spellings of the same give the same. */
export interface TokenRequestSettings {
  /** Sorted, each once. */
  readonly scope: readonly string[];
  /** Sorted, each once. */
  readonly resource: readonly string[];
  /** Name and value pairs, sorted by name. */
  readonly parameters: readonly (readonly [string, string])[];
  /** Further names of bearer tokens, in lower case. */
  readonly tokenTypes: readonly string[];
}

/** Form parameters that the token request writes itself, from options of their own. */
const RESERVED_PARAMETERS = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'scope',
  'resource',
];

/** RFC 6749 §3.3: the characters a scope token may have. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** RFC 8707 §2 wants URIs, but SharePoint and Databricks want other texts. */
const RESOURCE = /^[^\s\p{Cc}\p{Cs}]+$/u;

const NOTHING: readonly never[] = Object.freeze([]);
const DEFAULTS: TokenRequestSettings = Object.freeze({
  scope: NOTHING,
  resource: NOTHING,
  parameters: NOTHING,
  tokenTypes: NOTHING,
});

/** Options that are not given are those of `defaults`. */
export function readTokenRequest(
  { scope, resource, parameters, tokenType }: TokenRequestOptions,
  defaults = DEFAULTS,
): TokenRequestSettings {
  return {
    scope: readScope(scope) ?? defaults.scope,
    resource: readResource(resource) ?? defaults.resource,
    parameters: readParameters(parameters) ?? defaults.parameters,
    tokenTypes: readTokenTypes(tokenType) ?? defaults.tokenTypes,
  };
}

/** As a sorted list without duplicates; `undefined` when nothing is given. */
export function readScope(scope: unknown): readonly string[] | undefined {
  if (scope === undefined) return undefined;
  const tokens = readSet('scope', scope, / +/);
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
  const resources = readSet('resource', resource);
  if (!resources.every((one) => RESOURCE.test(one))) {
    throw new ConfigurationError('resource', 'must be without blanks and control characters, and not empty.');
  }
  return resources;
}

/** As a sorted list without duplicates. */
function readSet(option: string, value: unknown, separator?: RegExp): readonly string[] {
  const texts = readTexts(option, value).flatMap((text) =>
    separator ? text.split(separator).filter(Boolean) : [text],
  );
  return Object.freeze([...new Set(texts)].sort());
}

function readTokenTypes(tokenType: unknown): readonly string[] | undefined {
  if (tokenType === undefined) return undefined;
  const names = readTexts('tokenType', tokenType).map((name) => name.trim().toLowerCase());
  if (names.includes(''))
    throw new ConfigurationError('tokenType', 'must be a non-empty string, or an array of them.');
  return Object.freeze(names);
}

function readParameters(parameters: unknown): TokenRequestSettings['parameters'] | undefined {
  if (parameters === undefined) return undefined;
  if (!isPlainObject(parameters)) {
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
