import { TokenProvider, type TokenProviderOptions } from '../../../index.js';
import { collectSettings } from '../../settings/given-settings.js';
import { describeUnread } from '../../settings/missing-settings.js';
import { needsOf } from '../../settings/proof-methods.js';
import { type ReadSettings, readSettings } from '../../settings/read-settings.js';
import type { CommandIo } from '../../terminal/command-io.js';
import type { OptionValues } from '../../usage/command.js';
import { EXIT, isTellable } from '../../usage/exit-code.js';
import { UsageError } from '../../usage/usage-error.js';
import { checkFailure } from '../check-failure.js';
import type { CheckResult } from '../check-result.js';
import { type CertificateDoubt, checkProof } from './check-proof.js';

/** Settings that are good, as far as they can be judged alone. */
export interface GoodSettings extends ReadSettings {
  /** Where tokens come from, as it is named in errors. */
  readonly address: string;
}

/** What came of looking at the settings: these, or why there is no going on. */
export type SettingsCheck =
  | { readonly result: CheckResult; readonly settings: GoodSettings }
  | { readonly result: CheckResult; readonly settings?: undefined; readonly exitCode: number };

/** Reads the settings, has a provider check them, and makes the proof of the client. */
export async function checkSettings(io: CommandIo, values: OptionValues): Promise<SettingsCheck> {
  try {
    const read = await readSettings(io, values);
    const settings = { ...read, address: await addressOf(read.options) };
    const doubt = await checkProof(settings);
    if (doubt?.isOver) return { result: ended(doubt), exitCode: EXIT.permanent };
    return { settings, result: describe(settings, io.env, doubt) };
  } catch (error) {
    if (!isTellable(error)) throw error;
    const given = collectSettings(values, io.env);
    // A message about what is missing has told of them.
    const advice = error instanceof UsageError ? '' : describeUnread(io.env);
    return { result: checkFailure('settings', error.message, { given, advice }), exitCode: EXIT.usage };
  }
}

function ended({ seen, meaning, mend }: CertificateDoubt): CheckResult {
  return { check: 'settings', status: 'fail', seen, meaning, mend };
}

/** @throws {ConfigurationError} when a provider does not take these options */
async function addressOf(options: TokenProviderOptions): Promise<string> {
  const provider = new TokenProvider(options);
  const [entry] = provider.status();
  await provider.close();
  return entry?.target.tokenEndpoint ?? '';
}

function describe(
  { address, options, given }: GoodSettings,
  env: Readonly<NodeJS.ProcessEnv>,
  ofProof: CertificateDoubt | undefined,
): CheckResult {
  const method = given.get('authentication')?.value.toString() ?? 'basic';
  const proofs = needsOf(method).map((option) => given.get(option) ?? given.get('secretFile'));
  const from = proofs.map((proof) => proof?.from).join(' and ');
  const seen = `${address}, client ${options.clientId}, ${method} by ${from}`;
  const doubt = ofProof ? { meaning: ofProof.meaning, mend: ofProof.mend } : doubtOf(options, env);
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
