import { ConfigurationError } from '../../ground/errors.js';
import { parseUrl } from '../../ground/url.js';
import { describe } from '../../ground/value-kind.js';
import { readChoice } from '../../options/option-values.js';

const DOMAIN = '.onelogin.com';

/** The regions of OneLogin's first documentation, in both spellings. */
const REGION_HOSTS = {
  us: 'openid-connect',
  eu: 'openid-connect-eu',
  'openid-connect': 'openid-connect',
  'openid-connect-eu': 'openid-connect-eu',
} as const;

type Region = keyof typeof REGION_HOSTS;

const REGIONS = Object.keys(REGION_HOSTS) as Region[];

/** RFC 1035 §2.3.1, with the leading digit of RFC 1123 §2.1. */
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** `acme` → `https://acme.onelogin.com/oidc/2/token`, OneLogin's current generation. */
export function subdomainTokenEndpoint(subdomain: unknown): string {
  return `${subdomainIssuer(subdomain)}/token`;
}

/** `acme` → `https://acme.onelogin.com/oidc/2`, which its tokens name in `iss`. */
export function subdomainIssuer(subdomain: unknown): string {
  if (typeof subdomain !== 'string' || !DNS_LABEL.test(subdomain)) {
    throw new ConfigurationError('subdomain', subdomainMend(subdomain));
  }
  if (REGIONS.includes(subdomain.toLowerCase() as Region)) {
    throw new ConfigurationError(
      'subdomain',
      `is a region of OneLogin's retired first generation. Give the subdomain of your own account.`,
    );
  }
  return `https://${subdomain.toLowerCase()}${DOMAIN}/oidc/2`;
}

/** Where tokens of `subdomainTokenEndpoint` are revoked. */
export function subdomainRevocationEndpoint(subdomain: unknown): string {
  return `${subdomainTokenEndpoint(subdomain)}/revocation`;
}

export function isRegion(region: unknown): region is Region {
  return REGIONS.includes(region as Region);
}

/** `eu` → `https://openid-connect-eu.onelogin.com/oidc/token`, as OneLogin's first generation documents it. */
export function regionTokenEndpoint(region: unknown): string {
  return `https://${REGION_HOSTS[readChoice('region', region, REGIONS)]}${DOMAIN}/oidc/token`;
}

/**
 * The token endpoint of OneLogin's administration API (`/auth/oauth2/v2/token`) wants JSON, another header, and gives
 * tokens that no other API accepts.
 */
export function isAdministrationApi({ pathname }: URL): boolean {
  return /^\/auth\/oauth2(\/|$)/i.test(pathname);
}

/** Whether a server with this address is one of OneLogin's. */
export function isOfOneLogin(address: string): boolean {
  return parseUrl(address)?.hostname.endsWith(DOMAIN) === true;
}

/** OneLogin's retired first generation, known by its path. */
export function isFirstGeneration(tokenEndpoint: string): boolean {
  const { hostname, pathname } = new URL(tokenEndpoint);
  return hostname.endsWith(DOMAIN) && /^\/oidc\/token\/?$/.test(pathname);
}

function subdomainMend(subdomain: unknown): string {
  const got = `Got ${describe(subdomain)}.`;
  if (typeof subdomain !== 'string' || subdomain === '')
    return `must be the first part of your address, as 'acme'. ${got}`;
  const host = subdomain
    .trim()
    .replace(/^\w+:\/\//, '')
    .replace(/[/:?#].*$/s, '');
  const [label = ''] = host.split('.');
  // A name in OneLogin's domain is public.
  if (host.toLowerCase().endsWith(DOMAIN) && DNS_LABEL.test(label)) {
    return `must be the first part of your address alone: '${label}'.`;
  }
  if (host.includes('.')) {
    return `must be OneLogin's subdomain. For a domain of your own, use tokenEndpoint: 'https://your.domain/oidc/2/token'. ${got}`;
  }
  return `must be letters, digits and inner hyphens alone, as 'acme'. ${got}`;
}
