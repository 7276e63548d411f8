import type { TokenProviderOptions } from '../../lib/index.js';

/** By the types, so that a new option cannot be forgotten. */
const OPTIONS = {
  subdomain: true,
  region: true,
  tokenEndpoint: true,
  issuer: true,
  allowHttp: true,
  clientId: true,
  clientSecret: true,
  authentication: true,
  scope: true,
  resource: true,
  parameters: true,
  tokenType: true,
  regions: true,
  resolveClient: true,
  refresh: true,
  retry: true,
  requestTimeoutMs: true,
  maxWaitMs: true,
  maxTargets: true,
  maxConcurrentRequests: true,
  defaultLifetimeMs: true,
  http: true,
  store: true,
  dpop: true,
  revokeOnClose: true,
} satisfies Record<keyof TokenProviderOptions, true>;

/** All options of a provider. */
export const OPTION_NAMES = Object.keys(OPTIONS);
