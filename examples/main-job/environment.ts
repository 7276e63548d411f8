import type { TokenProviderOptions } from 'm2m-token-provider';

const PLACES = {
  ONELOGIN_SUBDOMAIN: 'subdomain',
  ONELOGIN_REGION: 'region',
  ONELOGIN_TOKEN_ENDPOINT: 'tokenEndpoint',
};
const CREDENTIALS = { ONELOGIN_CLIENT_ID: 'clientId', ONELOGIN_CLIENT_SECRET: 'clientSecret' };
const CHOICES = { ONELOGIN_AUTHENTICATION: 'authentication' };

/** Something is missing between what is set and what is needed. */
export class EnvironmentError extends Error {}

/** The options that the environment gives; `undefined` if it gives none at all. */
export function readEnvironment(environment: NodeJS.ProcessEnv): TokenProviderOptions | undefined {
  const names = { ...PLACES, ...CREDENTIALS, ...CHOICES };
  const given = Object.entries(names).filter(([variable]) => environment[variable]);
  if (given.length === 0) return undefined;
  const missing = Object.keys(CREDENTIALS).filter((variable) => !environment[variable]);
  if (!Object.keys(PLACES).some((variable) => environment[variable])) missing.unshift('ONELOGIN_SUBDOMAIN');
  if (missing.length > 0) {
    const found = given.map(([variable]) => variable).join(', ');
    throw new EnvironmentError(
      `Please set ${missing.join(', ')} as well (found ${found}), or none for the embedded server.`,
    );
  }
  const options = given.map(([variable, option]) => [option, environment[variable]]);
  return Object.fromEntries(options) as TokenProviderOptions;
}
