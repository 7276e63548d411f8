import { ConfigurationError } from '../errors.js';
import { asFields, isBag, kindOf, parseUrl, quote, readable, within } from '../options/check.js';
import { isHarmless, memberOf } from '../options/known-words.js';
import type { RegionWhereabouts, Whereabouts } from '../options/token-provider-options.js';
import { isAdministrationApi, isRegion, regionTokenEndpoint, subdomainTokenEndpoint } from './onelogin.js';

/** The token endpoints of the service's own regions, by name. */
export type Regions = ReadonlyMap<string, string>;

const READERS = {
  subdomain: subdomainTokenEndpoint,
  region: locateRegion,
  tokenEndpoint: checkTokenEndpoint,
} as const;

const WAYS = Object.keys(READERS) as (keyof Whereabouts)[];
const NO_REGIONS: Regions = new Map();

/** Reads the option of that name. */
export function readRegions(regions: unknown, allowHttp = false): Regions {
  if (regions === undefined) return NO_REGIONS;
  if (!isBag(regions)) {
    throw new ConfigurationError('regions', `must be a plain object; got ${kindOf(regions)}.`);
  }
  const entries = readable('regions', () => Object.entries(regions));
  return new Map(
    entries.map(([name, whereabouts], place) => [
      name,
      readRegion(memberOf('regions', name, place), whereabouts, allowHttp),
    ]),
  );
}

/** Whether anything is said of the place. */
export function isLocated(whereabouts: Whereabouts): boolean {
  return WAYS.some((way) => whereabouts[way] !== undefined);
}

/** The address of the token endpoint, from exactly one of the three ways to say where it is. */
export function locateTokenEndpoint(
  whereabouts: Whereabouts,
  regions = NO_REGIONS,
  allowHttp = false,
): string {
  const given = WAYS.filter((way) => whereabouts[way] !== undefined);
  const [way] = given;
  if (way === undefined) {
    throw new ConfigurationError('subdomain', `is missing. Give exactly one of ${WAYS.join(', ')}.`);
  }
  if (given.length > 1) {
    throw new ConfigurationError(given.join(', '), 'contradict each other. Give exactly one of them.');
  }
  return READERS[way](whereabouts[way], regions, allowHttp);
}

/** The service's own names win over OneLogin's. */
export function locateRegion(region: unknown, regions: Regions): string {
  const own = regions.get(region as string);
  if (own !== undefined) return own;
  if (regions.size === 0) return regionTokenEndpoint(region);
  if (isRegion(region)) return regionTokenEndpoint(region);
  throw new ConfigurationError(
    'region',
    `is not among regions${list([...regions.keys()])}. Got ${quote(region)}.`,
  );
}

/** Not those which may be a secret in the wrong place. */
function list(names: readonly string[]): string {
  const shown = names.filter(isHarmless).map((name) => JSON.stringify(name));
  const others = names.length - shown.length;
  const rest = others > 0 && shown.length > 0 ? [`and ${others} more`] : [];
  return shown.length > 0 ? `: ${[...shown, ...rest].join(', ')}` : '';
}

function readRegion(option: string, whereabouts: unknown, allowHttp: boolean): string {
  const fields = asFields<RegionWhereabouts>(option, whereabouts, ['subdomain', 'tokenEndpoint']);
  return within(option, () => locateTokenEndpoint(fields, NO_REGIONS, allowHttp));
}

/** Loopback as the system sees it: names under `localhost` may be resolved elsewhere (RFC 6761 §6.3 binds nobody). */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || LOOPBACK_V4.test(hostname);
}

/** Also as an address of IPv6. */
const LOOPBACK_V4 = /^(127(\.\d+){3}|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/;

/** RFC 6749 §3.2: an absolute URI, without fragment; TLS, unless the request never leaves this machine, or that is allowed. */
function checkTokenEndpoint(tokenEndpoint: unknown, _regions: Regions, allowHttp: boolean): string {
  const text = readable('tokenEndpoint', () =>
    tokenEndpoint instanceof URL ? tokenEndpoint.href : tokenEndpoint,
  );
  const url = typeof text === 'string' ? parseUrl(text) : undefined;
  if (!url) {
    throw new ConfigurationError('tokenEndpoint', `must be an absolute https URL; got ${quote(text)}.`);
  }
  const problem = tokenEndpointProblem(url, allowHttp);
  if (problem) throw new ConfigurationError('tokenEndpoint', `${problem} Got ${quote(text)}.`);
  return url.href;
}

function tokenEndpointProblem(url: URL, allowHttp: boolean): string | undefined {
  if (url.username || url.password) return 'must not contain credentials. Use clientId and clientSecret.';
  if (url.hash) return 'must not have a fragment (RFC 6749 §3.2).';
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url)) {
    return (
      'must be https: plain http would show the secret on the way. ' +
      'Where the network itself is safe, the provider may have allowHttp: true.'
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
