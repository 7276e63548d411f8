import { ConfigurationError } from '../../ground/errors.js';
import { describe } from '../../ground/value-kind.js';
import { readAddress } from './address-option.js';
import { isAdministrationApi } from './onelogin.js';

/**
 * The address of a token endpoint (RFC 6749 §3.2): an absolute URI without fragment; with TLS, unless the request never
 * leaves this machine, or `allowHttp` is set.
 * @throws {ConfigurationError} when it is anything else
 */
export function readTokenEndpoint(tokenEndpoint: unknown, allowHttp: boolean): string {
  const text = readAddress('tokenEndpoint', tokenEndpoint, allowHttp);
  const url = new URL(text);
  if (!isAdministrationApi(url)) return url.href;
  throw new ConfigurationError(
    'tokenEndpoint',
    "is that of OneLogin's administration API, whose tokens other APIs do not accept. " +
      `For the client credentials grant use subdomain: 'acme', or /oidc/2/token. Got ${describe(text)}.`,
  );
}
