import { ConfigurationError } from '../../ground/errors.js';
import { describe, kindOf } from '../../ground/value-kind.js';
import { readFields } from '../../options/option-fields.js';
import { TARGET_OPTIONS } from '../../options/target-query.js';
import type { AuthorizeOptions, GetTokenOptions } from '../../options/token-provider-options.js';
import { readAddress } from '../server/address-option.js';

const KNOWN: readonly (keyof AuthorizeOptions)[] = [
  'method',
  'url',
  'nonce',
  ...TARGET_OPTIONS,
  'signal',
  'maxWaitMs',
  'minValidityMs',
];

/** RFC 9110 §9.1 */
const METHOD = /^[!#$%&'*+.^`|~\w-]+$/;

/** A request that is to be authorized, and whose token it carries. */
export interface RequestToAuthorize {
  readonly method: string;
  readonly url: string;
  readonly nonce: string | undefined;
  readonly call: GetTokenOptions;
}

/** @throws {ConfigurationError} when an option is missing or malformed, or the token would go in plain text to another machine */
export function readAuthorizeOptions(options: unknown, allowHttp: boolean): RequestToAuthorize {
  const { method, url, nonce, ...call } = readFields<AuthorizeOptions>('authorize options', options, KNOWN);
  if (typeof method !== 'string' || !METHOD.test(method))
    throw new ConfigurationError('method', `must be a method such as 'GET'; got ${describe(method)}.`);
  if (nonce !== undefined && typeof nonce !== 'string')
    throw new ConfigurationError('nonce', `must be what the API said in DPoP-Nonce; got ${kindOf(nonce)}.`);
  return { method: asSent(method), url: readAddress('url', url, allowHttp), nonce, call };
}

/** fetch and others write these in capitals, in whatever case they are given. */
function asSent(method: string): string {
  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}
