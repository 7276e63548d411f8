import type { TokenProviderOptions } from 'm2m-token-provider';
import { clientAssertion, clientSecretJwt, privateKeyJwt, tlsClient } from 'm2m-token-provider/client-auth';

/** Each setting by the end of its variable's name, after `M2M_` or `ONELOGIN_`. */
type Settings = Readonly<Partial<Record<string, string>>>;

const PLACES = {
  SUBDOMAIN: 'subdomain',
  REGION: 'region',
  TOKEN_ENDPOINT: 'tokenEndpoint',
  ISSUER: 'issuer',
};
const OTHERS = { CLIENT_ID: 'clientId', SCOPE: 'scope', RESOURCE: 'resource' };
const OF_METHODS = [
  'CLIENT_SECRET',
  'AUTHENTICATION',
  'KEY_FILE',
  'KEY_ID',
  'ASSERTION_FILE',
  'CERT_FILE',
  'DPOP',
];
const NAMES = [...Object.keys(PLACES), ...Object.keys(OTHERS), ...OF_METHODS];
const PREFIXES = ['M2M_', 'ONELOGIN_'];

type Proof = Pick<TokenProviderOptions, 'authentication' | 'clientSecret'>;

/** The ways to prove the client: what each needs, and what it becomes. */
const METHODS: Readonly<Record<string, { needs: readonly string[]; proof(settings: Settings): Proof }>> = {
  private_key_jwt: {
    needs: ['KEY_FILE'],
    proof: ({ KEY_FILE = '', KEY_ID }) => ({
      authentication: privateKeyJwt({ key: { file: KEY_FILE }, kid: KEY_ID }),
    }),
  },
  client_secret_jwt: {
    needs: ['CLIENT_SECRET'],
    proof: ({ CLIENT_SECRET = '' }) => ({ authentication: clientSecretJwt({ secret: CLIENT_SECRET }) }),
  },
  client_assertion: {
    needs: ['ASSERTION_FILE'],
    proof: ({ ASSERTION_FILE = '' }) => ({ authentication: clientAssertion({ file: ASSERTION_FILE }) }),
  },
  tls_client_auth: {
    needs: ['CERT_FILE', 'KEY_FILE'],
    proof: ({ CERT_FILE = '', KEY_FILE = '' }) => ({
      authentication: tlsClient({ certFile: CERT_FILE, keyFile: KEY_FILE }),
    }),
  },
};

/** By the secret itself; whether there is such a method the provider tells. */
const BY_SECRET = {
  needs: ['CLIENT_SECRET'],
  proof: ({ AUTHENTICATION, CLIENT_SECRET }: Settings): Proof => ({
    ...(AUTHENTICATION && { authentication: AUTHENTICATION as 'basic' }),
    clientSecret: CLIENT_SECRET,
  }),
};

/** Something is missing between what is set and what is needed. */
export class EnvironmentError extends Error {}

/** The options that the environment gives; `undefined` if it gives none at all. */
export function readEnvironment(environment: NodeJS.ProcessEnv): TokenProviderOptions | undefined {
  const found = PREFIXES.flatMap((prefix) => NAMES.map((name) => [prefix, name] as const)).filter(
    ([prefix, name]) => environment[prefix + name],
  );
  const [[prefix = ''] = []] = found;
  if (prefix === '') return undefined;
  // The first one wins.
  const settings: Settings = Object.fromEntries(
    found.reverse().map(([before, name]) => [name, environment[before + name]]),
  );
  const method = METHODS[settings.AUTHENTICATION ?? ''] ?? BY_SECRET;
  const missing = ['CLIENT_ID', ...method.needs].filter((name) => !settings[name]);
  if (!Object.keys(PLACES).some((name) => settings[name])) missing.unshift('SUBDOMAIN');
  if (missing.length > 0) throw new EnvironmentError(complaint(prefix, missing, found));
  const plain = Object.entries({ ...PLACES, ...OTHERS }).filter(([name]) => settings[name]);
  const options = Object.fromEntries(plain.map(([name, option]) => [option, settings[name]]));
  return { ...options, ...method.proof(settings), ...(settings.DPOP && { dpop: true }) };
}

function complaint(
  prefix: string,
  missing: readonly string[],
  found: readonly (readonly [string, string])[],
): string {
  const wanted = missing.map((name) => prefix + name).join(', ');
  const set = found.map((parts) => parts.join('')).reverse();
  return `Please set ${wanted} as well (found ${set.join(', ')}), or none for the embedded server.`;
}
