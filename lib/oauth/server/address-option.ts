import { ConfigurationError } from '../../ground/errors.js';
import { isLoopback, parseUrl } from '../../ground/url.js';
import { describe } from '../../ground/value-kind.js';
import { readable } from '../../options/option-fields.js';

/**
 * An address of a server, from the option of this name: an absolute URL; with TLS, unless it is on this machine, or `allowHttp` is
 * set. Given back as it was written, since issuers are compared letter for letter.
 * @throws {ConfigurationError} when it is anything else
 */
export function readAddress(option: string, value: unknown, allowHttp: boolean): string {
  const text = readable(option, () => (value instanceof URL ? value.href : value));
  // What a URL forgives, as a newline at its end, no server does that compares it letter for letter.
  const url = typeof text === 'string' && !/\s/.test(text) ? parseUrl(text) : undefined;
  if (typeof text !== 'string' || !url) {
    throw new ConfigurationError(option, `must be an absolute https URL; got ${describe(text)}.`);
  }
  const problem = problemOf(url, allowHttp);
  if (problem) throw new ConfigurationError(option, `${problem} Got ${describe(text)}.`);
  return text;
}

/** An issuer (RFC 8414 §2), exactly as its metadata names it. */
export function readIssuer(value: unknown, allowHttp: boolean): string {
  const issuer = readAddress('issuer', value, allowHttp);
  const { pathname } = new URL(issuer);
  if (issuer.includes('?')) throw new ConfigurationError('issuer', 'must not have a query (RFC 8414 §2).');
  if (pathname.includes('/.well-known/')) {
    throw new ConfigurationError(
      'issuer',
      'is the address of its metadata. Leave out the part with .well-known.',
    );
  }
  return issuer;
}

function problemOf(url: URL, allowHttp: boolean): string | undefined {
  if (url.username || url.password) return 'must not contain credentials. Leave them out of the address.';
  if (url.hash) return 'must not have a fragment.';
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url)) {
    return (
      'must be https: plain http can be read and changed on the way. ' +
      'Where the network itself is safe, give allowHttp: true.'
    );
  }
  return url.protocol === 'https:' || url.protocol === 'http:' ? undefined : 'must be an https URL.';
}
