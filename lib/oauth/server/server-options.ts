import { ConfigurationError } from '../../ground/errors.js';
import { describe, isPlainObject, kindOf } from '../../ground/value-kind.js';
import { memberOf, readable, readMembers, within } from '../../options/option-fields.js';
import type { RegionServerOptions, ServerOptions } from '../../options/token-provider-options.js';
import { readIssuer } from './address-option.js';
import { type AuthorizationServer, KnownTokenEndpoint } from './authorization-server.js';
import {
  isOfOneLogin,
  isRegion,
  regionTokenEndpoint,
  subdomainRevocationEndpoint,
  subdomainTokenEndpoint,
} from './onelogin.js';
import { readTokenEndpoint } from './token-endpoint-option.js';

/** The servers of the service's own regions, by name. */
export type Regions = ReadonlyMap<string, AuthorizationServer>;

/** What the options of a provider say of servers in general. */
export interface ServerRules {
  readonly regions: Regions;
  readonly allowHttp: boolean;
  /** The server of an issuer, whose addresses its metadata tells. */
  readonly discover: (issuer: string) => AuthorizationServer;
}

type ReadServer = (value: unknown, rules: ServerRules) => AuthorizationServer;

/** One line for each way to say where tokens come from. */
const READERS: Readonly<Record<keyof ServerOptions, ReadServer>> = {
  subdomain: (subdomain) =>
    new KnownTokenEndpoint(subdomainTokenEndpoint(subdomain), subdomainRevocationEndpoint(subdomain)),
  region: (region, { regions }) => readRegion(region, regions),
  tokenEndpoint: (tokenEndpoint, { allowHttp }) =>
    new KnownTokenEndpoint(readTokenEndpoint(tokenEndpoint, allowHttp)),
  issuer: (issuer, { allowHttp, discover }) => discover(readIssuer(issuer, allowHttp)),
};

const WAYS = Object.keys(READERS) as (keyof ServerOptions)[];
/** A region of the service's own is no name of another region. */
const WAYS_OF_REGIONS = WAYS.filter((way) => way !== 'region') as (keyof RegionServerOptions)[];
const NO_REGIONS: Regions = new Map();

/** Whether the options name a server. */
export function namesServer(options: ServerOptions): boolean {
  return WAYS.some((way) => options[way] !== undefined);
}

/**
 * The server that is named in exactly one of the possible ways.
 * @throws {ConfigurationError} when it is named in none of them, in several, or not well
 */
export function readServer(
  options: ServerOptions,
  rules: ServerRules,
  ways: readonly string[] = WAYS,
): AuthorizationServer {
  const given = WAYS.filter((way) => options[way] !== undefined);
  const [way] = given;
  if (way === undefined) {
    throw new ConfigurationError('subdomain', `is missing. Give exactly one of ${ways.join(', ')}.`);
  }
  if (given.length > 1) {
    throw new ConfigurationError(given.join(', '), 'contradict each other. Give exactly one of them.');
  }
  return READERS[way](options[way], rules);
}

/** The server of a region: the service's own names win over OneLogin's. */
export function readRegion(region: unknown, regions: Regions): AuthorizationServer {
  const own = regions.get(region as string);
  if (own) return own;
  if (regions.size === 0 || isRegion(region)) return new KnownTokenEndpoint(regionTokenEndpoint(region));
  const known = [...regions.keys()].map((name, place) => memberOf('regions', name, place)).join(', ');
  throw new ConfigurationError('region', `is not among ${known}. Got ${describe(region)}.`);
}

/**
 * The server of the region that a call names. That name may have come with some request: OneLogin's names count only where OneLogin is
 * one of the servers of the provider, or the secret would go to a stranger.
 * @param home where those go who name no region
 */
export function readCallRegion(
  region: unknown,
  regions: Regions,
  home?: Pick<AuthorizationServer, 'address'>,
): AuthorizationServer {
  const servers = [...regions.values(), ...(home ? [home] : [])];
  const isOneLogins = servers.length === 0 || servers.some(({ address }) => isOfOneLogin(address));
  const isUnknown = regions.size > 0 && !isRegion(region);
  if (isOneLogins || isUnknown || regions.has(region as string)) return readRegion(region, regions);
  const problem = "names no server: 'us' and 'eu' are OneLogin's, of which this provider has none.";
  const mend = "Leave it out, or name your own, as regions: { eu: { tokenEndpoint: 'https://…' } }.";
  throw new ConfigurationError('region', `${problem} ${mend}`);
}

/** Reads the option of that name. */
export function readRegions(regions: unknown, rules: Omit<ServerRules, 'regions'>): Regions {
  if (regions === undefined) return NO_REGIONS;
  if (!isPlainObject(regions)) {
    throw new ConfigurationError('regions', `must be a plain object; got ${kindOf(regions)}.`);
  }
  const entries = readable('regions', () => Object.entries(regions));
  return new Map(
    entries.map(([name, server], place) => [
      name,
      readOwnRegion(memberOf('regions', name, place), server, rules),
    ]),
  );
}

function readOwnRegion(
  option: string,
  server: unknown,
  rules: Omit<ServerRules, 'regions'>,
): AuthorizationServer {
  const fields = readMembers<RegionServerOptions>(option, server, WAYS_OF_REGIONS);
  return within(option, () => readServer(fields, { ...rules, regions: NO_REGIONS }, WAYS_OF_REGIONS));
}
