import { readFileSync } from 'node:fs';

/** A subject as the parent knows it, which does not import it. */
export interface Contestant {
  readonly name: string;
  /** In `subjects/`. */
  readonly file: string;
  /** Where its package.json is, from here; the hand-written cache has none. */
  readonly packageAt?: string;
  /** Whether it takes much longer than others: it is started first. */
  readonly isSlow?: boolean;
}

export const LIBRARY = 'm2m-token-provider';

export const contestants: readonly Contestant[] = [
  { name: LIBRARY, file: 'm2m-token-provider', packageAt: '../../' },
  peer('google-auth-library'),
  peer('@azure/core-rest-pipeline', 'azure-core-rest-pipeline'),
  { ...peer('@azure/msal-node', 'azure-msal-node'), isSlow: true },
  peer('auth0'),
  peer('@badgateway/oauth2-client', 'badgateway-oauth2-client'),
  peer('ibm-cloud-sdk-core'),
  peer('@openfga/sdk', 'openfga-sdk'),
  { name: 'hand-written cache', file: 'hand-written-cache' },
];

export function versionOf({ packageAt }: Contestant): string {
  if (!packageAt) return '';
  const text = readFileSync(new URL(`${packageAt}package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function peer(name: string, file = name): Contestant {
  return { name, file, packageAt: `../node_modules/${name}/` };
}
