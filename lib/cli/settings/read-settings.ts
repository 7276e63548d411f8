import type { TokenProviderOptions } from '../../index.js';
import type { CommandIo } from '../terminal/command-io.js';
import type { OptionValues } from '../usage/command.js';
import { UsageError } from '../usage/usage-error.js';
import { clientProof } from './client-proof.js';
import { collectSettings, type GivenSetting, type GivenSettings } from './given-settings.js';
import { checkMethod } from './method-settings.js';
import { missingSettings } from './missing-settings.js';
import { readSwitch } from './read-switch.js';
import { secretSource } from './secret-source.js';

/** The options of a provider, as the command line and the environment give them. */
export interface ReadSettings {
  readonly options: TokenProviderOptions;
  readonly given: GivenSettings;
}

export interface ReadOptions {
  /** Whether the provider runs longer than a secret may live: then a file is read again when the server refuses the client. */
  readonly isLongLived?: boolean;
}

/**
 * Reads all settings.
 * @throws {UsageError} when one is missing, or a file cannot be read
 * @throws {ConfigurationError} when what proves the client is malformed
 */
export async function readSettings(
  io: CommandIo,
  values: OptionValues,
  { isLongLived = false }: ReadOptions = {},
): Promise<ReadSettings> {
  const given = collectSettings(values, io.env);
  checkMethod(given);
  const missing = missingSettings(given, io.env);
  if (missing !== undefined) throw new UsageError(missing);
  const source = await secretSource(given, io.stdin);
  const secret = (isLongLived ? source?.readAgain : undefined) ?? source?.secret;
  return { given, options: { ...plainOptions(given), ...(await clientProof(given, secret)) } };
}

function plainOptions(given: GivenSettings): TokenProviderOptions {
  const text = (option: keyof TokenProviderOptions) => given.get(option)?.value.toString();
  const names = ['subdomain', 'issuer', 'tokenEndpoint', 'region', 'clientId', 'scope'] as const;
  const resource = text('resource');
  const parameters = given.get('parameters');
  const allowHttp = given.get('allowHttp');
  return {
    ...Object.fromEntries(names.map((name) => [name, text(name)])),
    ...(resource !== undefined && { resource: resource.split(/ +/).filter(Boolean) }),
    ...(parameters !== undefined && { parameters: readParameters(parameters) }),
    ...(allowHttp && { allowHttp: readSwitch(allowHttp) }),
  };
}

/** A provider takes each name once; its value may be a secret, and is not repeated. */
function readParameters({ value, from }: GivenSetting): Readonly<Record<string, string>> {
  const entries = [...new URLSearchParams(value.toString())];
  const parameters = Object.fromEntries(entries);
  if (Object.keys(parameters).length === entries.length) return parameters;
  throw new UsageError(`${from}: names a parameter more than once.`);
}
