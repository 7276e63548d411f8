import { TokenProvider, type TokenProviderOptions } from '../../../index.js';
import { collectSettings } from '../../settings/given-settings.js';
import { describeUnread } from '../../settings/missing-settings.js';
import { needsOf } from '../../settings/proof-methods.js';
import { type ReadSettings, readSettings } from '../../settings/read-settings.js';
import type { CommandIo } from '../../terminal/command-io.js';
import type { OptionValues } from '../../usage/command.js';
import { isTellable } from '../../usage/exit-code.js';
import { UsageError } from '../../usage/usage-error.js';
import { checkFailure } from '../check-failure.js';
import type { CheckResult } from '../check-result.js';

/** Settings that are good, as far as they can be judged alone. */
export interface GoodSettings extends ReadSettings {
  /** Where tokens come from, as it is named in errors. */
  readonly address: string;
}

/** Reads the settings, and has a provider check them. */
export async function checkSettings(
  io: CommandIo,
  values: OptionValues,
): Promise<{ result: CheckResult; settings?: GoodSettings }> {
  try {
    const read = await readSettings(io, values);
    const settings = { ...read, address: await addressOf(read.options) };
    return { settings, result: describe(settings, io.env) };
  } catch (error) {
    if (!isTellable(error)) throw error;
    const given = collectSettings(values, io.env);
    // A message about what is missing has told of them.
    const advice = error instanceof UsageError ? '' : describeUnread(io.env);
    return { result: checkFailure('settings', error.message, { given, advice }) };
  }
}

/** @throws {ConfigurationError} when a provider does not take these options */
async function addressOf(options: TokenProviderOptions): Promise<string> {
  const provider = new TokenProvider(options);
  const [entry] = provider.status();
  await provider.close();
  return entry?.target.tokenEndpoint ?? '';
}

function describe({ address, options, given }: GoodSettings, env: Readonly<NodeJS.ProcessEnv>): CheckResult {
  const method = given.get('authentication')?.value.toString() ?? 'basic';
  const proofs = needsOf(method).map((option) => given.get(option) ?? given.get('secretFile'));
  const from = proofs.map((proof) => proof?.from).join(' and ');
  const seen = `${address}, client ${options.clientId}, ${method} by ${from}`;
  const doubt = doubtOf(options, env);
  return { check: 'settings', status: doubt ? 'warn' : 'ok', seen, ...doubt };
}

function doubtOf({ clientSecret }: TokenProviderOptions, env: Readonly<NodeJS.ProcessEnv>) {
  if (typeof clientSecret === 'string' && clientSecret !== clientSecret.trim()) {
    return {
      meaning: 'The secret begins or ends with a blank: most likely it was copied along.',
      mend: 'Give it without, if the client is refused.',
    };
  }
  const unread = describeUnread(env);
  return unread
    ? { meaning: unread, mend: 'See m2m-token help settings for the names that are read.' }
    : undefined;
}
