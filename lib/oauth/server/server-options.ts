import { ConfigurationError } from '../../ground/errors.js';
import { isPlainObject, kindOf, quote } from '../../ground/value-kind.js';
import { readFields, within } from '../../options/option-fields.js';
import type { RegionServerOptions, ServerOptions } from '../../options/token-provider-options.js';
import { type AuthorizationServer, KnownTokenEndpoint } from './authorization-server.js';
import { isRegion, regionTokenEndpoint, subdomainTokenEndpoint } from './onelogin.js';
import { readTokenEndpoint } from './token-endpoint-option.js';

/** The servers of the service's own regions, by name. */
export type Regions = ReadonlyMap<string, AuthorizationServer>;

type ReadServer = (value: unknown, regions: Regions) => AuthorizationServer;

/** One line for each way to say where tokens come from. */
const READERS: Readonly<Record<keyof ServerOptions, ReadServer>> = {
  subdomain: (subdomain) => new KnownTokenEndpoint(subdomainTokenEndpoint(subdomain)),
  region: readRegion,
  tokenEndpoint: (tokenEndpoint) => new KnownTokenEndpoint(readTokenEndpoint(tokenEndpoint)),
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
export function readServer(options: ServerOptions, regions = NO_REGIONS): AuthorizationServer {
  const given = WAYS.filter((way) => options[way] !== undefined);
  const [way] = given;
  if (way === undefined) {
    throw new ConfigurationError('subdomain', `is missing. Give exactly one of ${WAYS.join(', ')}.`);
  }
  if (given.length > 1) {
    throw new ConfigurationError(given.join(', '), 'contradict each other. Give exactly one of them.');
  }
  return READERS[way](options[way], regions);
}

/** The server of a region: the service's own names win over OneLogin's. */
export function readRegion(region: unknown, regions: Regions): AuthorizationServer {
  const own = regions.get(region as string);
  if (own) return own;
  if (regions.size === 0 || isRegion(region)) return new KnownTokenEndpoint(regionTokenEndpoint(region));
  const known = [...regions.keys()].map(quote).join(', ');
  throw new ConfigurationError('region', `is not among regions: ${known}. Got ${quote(region)}.`);
}

/** Reads the option of that name. */
export function readRegions(regions: unknown): Regions {
  if (regions === undefined) return NO_REGIONS;
  if (!isPlainObject(regions)) {
    throw new ConfigurationError('regions', `must be a plain object; got ${kindOf(regions)}.`);
  }
  return new Map(Object.entries(regions).map(([name, server]) => [name, readOwnRegion(name, server)]));
}

function readOwnRegion(name: string, server: unknown): AuthorizationServer {
  const option = `regions.${name}`;
  const fields = readFields<RegionServerOptions>(option, server, WAYS_OF_REGIONS);
  return within(option, () => readServer(fields));
}
