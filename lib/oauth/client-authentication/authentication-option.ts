import { readChoice } from '../../options/option-values.js';
import type { ClientAuthentication } from '../../options/token-provider-options.js';
import { SECRET_METHODS, type SecretMethod } from './secret-methods.js';

const NAMES = Object.keys(SECRET_METHODS) as ClientAuthentication[];

/** The method of that name; `fallback` where none is named. */
export function readAuthentication(
  authentication: unknown,
  fallback: SecretMethod = SECRET_METHODS.basic,
): SecretMethod {
  if (authentication === undefined) return fallback;
  return SECRET_METHODS[readChoice('authentication', authentication, NAMES)];
}
