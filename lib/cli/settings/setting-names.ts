import type { TokenProviderOptions } from '../../index.js';
import type { OptionHelp } from '../usage/command.js';

/** A setting: an option of the provider that the command line or the environment gives. */
export interface Setting {
  /** The option of `TokenProvider` that it becomes; for files and keys, a part of the client's proof. */
  readonly option:
    | keyof TokenProviderOptions
    | 'secretFile'
    | 'keyFile'
    | 'keyId'
    | 'assertionFile'
    | 'certFile';
  /** As in `--client-id`; secrets have none. */
  readonly flag?: string;
  /** Behind `M2M_` and `ONELOGIN_`. */
  readonly variable: string;
  readonly help: Omit<OptionHelp, 'type'>;
}

/** The ways to prove a client; the first is the default. */
export const METHODS: readonly string[] = [
  'basic',
  'basic-raw',
  'post',
  'private_key_jwt',
  'client_secret_jwt',
  'client_assertion',
  'tls_client_auth',
];

/** All settings, in the order in which help tells them. */
export const SETTINGS: readonly Setting[] = [
  {
    option: 'subdomain',
    flag: 'subdomain',
    variable: 'SUBDOMAIN',
    help: { value: 'NAME', text: "OneLogin's subdomain, as acme" },
  },
  {
    option: 'issuer',
    flag: 'issuer',
    variable: 'ISSUER',
    help: { value: 'URL', text: 'or any server, by its issuer' },
  },
  {
    option: 'tokenEndpoint',
    flag: 'token-endpoint',
    variable: 'TOKEN_ENDPOINT',
    help: { value: 'URL', text: 'or by its token endpoint' },
  },
  {
    option: 'region',
    flag: 'region',
    variable: 'REGION',
    help: { value: 'NAME', text: 'or a region of old OneLogin' },
  },
  {
    option: 'clientId',
    flag: 'client-id',
    variable: 'CLIENT_ID',
    help: { value: 'ID', text: 'the client' },
  },
  {
    option: 'clientSecret',
    variable: 'CLIENT_SECRET',
    help: { text: 'its secret: never an argument' },
  },
  {
    option: 'secretFile',
    flag: 'secret-file',
    variable: 'SECRET_FILE',
    help: { value: 'FILE', isFile: true, text: 'or a file with it; - is stdin' },
  },
  {
    option: 'authentication',
    flag: 'authentication',
    variable: 'AUTHENTICATION',
    help: { value: 'METHOD', choices: METHODS, text: 'how it proves itself' },
  },
  {
    option: 'keyFile',
    flag: 'key-file',
    variable: 'KEY_FILE',
    help: { value: 'FILE', isFile: true, text: 'its private key' },
  },
  {
    option: 'keyId',
    flag: 'key-id',
    variable: 'KEY_ID',
    help: { value: 'ID', text: 'and the kid of that' },
  },
  {
    option: 'assertionFile',
    flag: 'assertion-file',
    variable: 'ASSERTION_FILE',
    help: { value: 'FILE', isFile: true, text: 'or a JWT of others' },
  },
  {
    option: 'certFile',
    flag: 'cert-file',
    variable: 'CERT_FILE',
    help: { value: 'FILE', isFile: true, text: 'or its certificate' },
  },
  {
    option: 'scope',
    flag: 'scope',
    variable: 'SCOPE',
    help: { value: 'SCOPE', text: 'scopes, with blanks between' },
  },
  {
    option: 'resource',
    flag: 'resource',
    variable: 'RESOURCE',
    help: { value: 'URI', text: 'its APIs, with blanks between' },
  },
  {
    option: 'parameters',
    flag: 'parameters',
    variable: 'PARAMETERS',
    help: { value: 'FORM', text: 'others, as audience=api&x=y' },
  },
  {
    option: 'allowHttp',
    flag: 'allow-http',
    variable: 'ALLOW_HTTP',
    help: { text: 'plain http to any host' },
  },
];

/** The prefixes of variables; an earlier one wins. */
export const PREFIXES = ['M2M_', 'ONELOGIN_'] as const;

/** Each is a way to say where tokens come from: one of them is given. */
export const PLACES: readonly Setting['option'][] = ['subdomain', 'issuer', 'tokenEndpoint', 'region'];

/** How users give a setting, in words: `--client-id or M2M_CLIENT_ID`. */
export function waysOf(option: string): string | undefined {
  const setting = SETTINGS.find((one) => one.option === option);
  if (!setting) return undefined;
  const flag = setting.option === 'clientSecret' ? '--secret-file' : `--${setting.flag}`;
  return `${flag} or M2M_${setting.variable}`;
}
