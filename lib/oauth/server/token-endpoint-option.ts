import { ConfigurationError } from '../../ground/errors.js';
import { isLoopback, parseUrl } from '../../ground/url.js';
import { describe } from '../../ground/value-kind.js';
import { readable } from '../../options/option-fields.js';
import { isAdministrationApi } from './onelogin.js';

/**
 * The address of a token endpoint (RFC 6749 §3.2): an absolute URI without fragment; with TLS, unless the request never
 * leaves this machine, or `allowHttp` is set.
 * @throws {ConfigurationError} when it is anything else
 */
export function readTokenEndpoint(tokenEndpoint: unknown, allowHttp: boolean): string {
  const text = readable('tokenEndpoint', () =>
    tokenEndpoint instanceof URL ? tokenEndpoint.href : tokenEndpoint,
  );
  const url = typeof text === 'string' ? parseUrl(text) : undefined;
  if (!url) {
    throw new ConfigurationError('tokenEndpoint', `must be an absolute https URL; got ${describe(text)}.`);
  }
  const problem = problemOf(url, allowHttp);
  if (problem) throw new ConfigurationError('tokenEndpoint', `${problem} Got ${describe(text)}.`);
  return url.href;
}

function problemOf(url: URL, allowHttp: boolean): string | undefined {
  if (url.username || url.password) return 'must not contain credentials. Use clientId and clientSecret.';
  if (url.hash) return 'must not have a fragment (RFC 6749 §3.2).';
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url)) {
    return (
      'must be https: plain http would show the secret on the way. ' +
      'Where the network itself is safe, give the provider allowHttp: true.'
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL.';
  if (isAdministrationApi(url)) {
    return (
      "is that of OneLogin's administration API, whose tokens other APIs do not accept. " +
      "For the client credentials grant use subdomain: 'acme', or /oidc/2/token."
    );
  }
  return undefined;
}
