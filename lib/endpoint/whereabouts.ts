import { ConfigurationError } from '../errors.js';
import { kindOf, parseUrl, quote } from '../options/check.js';
import type { Whereabouts } from '../options/token-provider-options.js';
import { isAdministrationApi, regionTokenEndpoint, subdomainTokenEndpoint } from './onelogin.js';

const READERS = {
  subdomain: subdomainTokenEndpoint,
  region: regionTokenEndpoint,
  tokenEndpoint: checkTokenEndpoint,
} as const;

const WAYS = Object.keys(READERS) as (keyof Whereabouts)[];

/** The address of the token endpoint, from exactly one of the three ways to say where it is. */
export function locateTokenEndpoint(whereabouts: Whereabouts): string {
  const given = WAYS.filter((way) => whereabouts[way] !== undefined);
  const [way] = given;
  if (way === undefined) {
    throw new ConfigurationError('subdomain', `is missing. Give exactly one of ${WAYS.join(', ')}.`);
  }
  if (given.length > 1) {
    throw new ConfigurationError(given.join(', '), 'contradict each other. Give exactly one of them.');
  }
  return READERS[way](whereabouts[way]);
}

/** Loopback as the system sees it: names under `localhost` may be resolved elsewhere (RFC 6761 §6.3 binds nobody). */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** RFC 6749 §3.2: an absolute URI, without fragment; TLS, unless the request never leaves this machine. */
function checkTokenEndpoint(tokenEndpoint: unknown): string {
  const text = tokenEndpoint instanceof URL ? tokenEndpoint.href : tokenEndpoint;
  const url = typeof text === 'string' ? parseUrl(text) : undefined;
  if (!url) {
    throw new ConfigurationError(
      'tokenEndpoint',
      `must be an absolute https URL; got ${quoteAddress(text)}.`,
    );
  }
  const problem = tokenEndpointProblem(url);
  if (problem) throw new ConfigurationError('tokenEndpoint', `${problem} Got ${quoteAddress(text)}.`);
  return url.href;
}

/** Without query, and not at all where it may hold credentials. */
function quoteAddress(text: unknown): string {
  const mayHoldSecret = typeof text === 'string' && text.includes('@');
  return mayHoldSecret ? kindOf(text) : quote(typeof text === 'string' ? text.replace(/[?#].*$/s, '') : text);
}

function tokenEndpointProblem(url: URL): string | undefined {
  if (url.username || url.password) return 'must not contain credentials. Use clientId and clientSecret.';
  if (url.hash) return 'must not have a fragment (RFC 6749 §3.2).';
  if (url.protocol === 'http:' && !isLoopback(url))
    return 'must be https: plain http would show the secret on the way.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL.';
  if (isAdministrationApi(url)) {
    return (
      "is that of OneLogin's administration API, whose tokens other APIs do not accept. " +
      "For the client credentials grant use subdomain: 'acme', or /oidc/2/token."
    );
  }
  return undefined;
}
