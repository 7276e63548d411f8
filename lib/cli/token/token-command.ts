import { type AccessToken, TokenProvider, type TokenProviderOptions } from '../../index.js';
import { type WaitingNotice, waitForToken } from '../messages/waiting-notice.js';
import { tellMisspelt } from '../settings/misspelt-variables.js';
import { readSettings } from '../settings/read-settings.js';
import type { CommandIo, Ending } from '../terminal/command-io.js';
import type { Invocation, OptionValues } from '../usage/command.js';
import { EXIT } from '../usage/exit-code.js';
import { UsageError } from '../usage/usage-error.js';
import { outputOf } from './token-output.js';

const MAX_WAIT_S = 3_600;

/** `m2m-token token`: prints a new access token in the form that somebody else reads. */
export async function runToken(io: CommandIo, { values, words }: Invocation): Promise<Ending> {
  const output = outputOf(values);
  const request = await output.readRequest(io, { values, words });
  if (!request) return EXIT.done;
  const maxWaitMs = readMaxWait(values);
  const { options } = await readSettings(io, values);
  tellMisspelt(io, values);
  const { stderr } = io;
  const token = await fetchToken(
    { ...options, maxWaitMs },
    { stderr, command: 'token', isJson: values.json === true },
  );
  io.stdout.write(output.write(token, request));
  return EXIT.done;
}

/** One token, for whose renewal nobody waits. */
async function fetchToken(options: TokenProviderOptions, notice: WaitingNotice): Promise<AccessToken> {
  const provider = new TokenProvider({ ...options, refresh: { background: false } });
  try {
    await waitForToken(provider, notice);
    return provider.peek() as AccessToken;
  } finally {
    await provider.close();
  }
}

function readMaxWait({ 'max-wait': text = '30' }: OptionValues): number {
  const seconds = typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MAX_WAIT_S) return seconds * 1_000;
  throw new UsageError(`--max-wait: must be a number of seconds, at most ${MAX_WAIT_S}.`);
}
