import { ConfigurationError } from '../../ground/errors.js';
import { describe, isArray } from '../../ground/value-kind.js';
import type { ClientAuthenticator } from '../../options/client-authenticator.js';
import { readable } from '../../options/option-fields.js';
import type { ClientAuthentication } from '../../options/token-provider-options.js';
import { SECRET_METHODS, type SecretMethod } from './secret-methods.js';

/** How clients prove themselves: by their secrets, or by an object that needs none. */
export type Authentication = SecretMethod | ClientAuthenticator;

const NAMES = Object.keys(SECRET_METHODS) as ClientAuthentication[];

/** The authenticators that users have given, as they were read: `resolveClient` may give the same one for many clients. */
const known = new WeakMap<object, ClientAuthenticator>();

/**
 * The method of that name, or the authenticator that is given; `fallback` where there is neither.
 * @throws {ConfigurationError} when it is anything else
 */
export function readAuthentication(
  authentication: unknown,
  fallback: Authentication = SECRET_METHODS.basic,
): Authentication {
  if (authentication === undefined) return fallback;
  const name = NAMES.find((one) => one === authentication);
  if (name !== undefined) return SECRET_METHODS[name];
  if (typeof authentication === 'object' && authentication !== null && !isArray(authentication))
    return readAuthenticator(authentication as ClientAuthenticator);
  const names = NAMES.map((one) => `'${one}'`).join(', ');
  throw new ConfigurationError(
    'authentication',
    `must be one of ${names}, or a client authenticator of m2m-token-provider/client-auth; got ${describe(authentication)}.`,
  );
}

/** Whether it needs the secret of the client. */
export function isSecretMethod(authentication: Authentication): authentication is SecretMethod {
  return 'prove' in authentication;
}

function readAuthenticator(given: ClientAuthenticator): ClientAuthenticator {
  const read = known.get(given);
  if (read) return read;
  const { id, renew, binding, ...methods } = readable('authentication', () => ({
    id: given.id as unknown,
    authenticate: given.authenticate,
    renew: given.renew,
    binding: given.binding,
    secrets: given.secrets,
  }));
  const lacking =
    typeof id !== 'string' || id === '' ? 'a text as id' : missingMethod({ renew, binding }, methods);
  if (lacking !== undefined) {
    throw new ConfigurationError(
      'authentication',
      `must be a client authenticator, such as those of m2m-token-provider/client-auth; this object has not ${lacking}.`,
    );
  }
  const checked: ClientAuthenticator = {
    id: id as string,
    authenticate: (request) => given.authenticate(request),
    secrets: () => given.secrets(),
    ...(renew && { renew: (request, refused) => given.renew?.(request, refused) ?? false }),
    ...(binding && { binding: () => given.binding?.() }),
  };
  known.set(given, checked);
  return checked;
}

type Methods = Readonly<Record<string, unknown>>;

function missingMethod(optional: Methods, needed: Methods): string | undefined {
  const isMissing = ([, method]: [string, unknown]) => typeof method !== 'function';
  const [missing] = Object.entries(needed).find(isMissing) ?? [];
  if (missing !== undefined) return `${missing}()`;
  const [wrong] = Object.entries(optional).find((one) => one[1] !== undefined && isMissing(one)) ?? [];
  return wrong && `a function as ${wrong}`;
}
