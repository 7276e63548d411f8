import { readFile } from 'node:fs/promises';
import type { Input } from '../terminal/command-io.js';
import { readInput } from '../terminal/read-input.js';
import { UsageError } from '../usage/usage-error.js';
import type { GivenSetting, GivenSettings } from './given-settings.js';

/** The client's secret, and, where it can change, how to look for a newer one. */
export interface SecretSource {
  readonly secret: string;
  /** Reads it again. */
  readonly readAgain?: () => Promise<string>;
}

/**
 * The secret: of the environment, of a file, or of standard input. Without the line feed that editors put at its end.
 * @throws {UsageError} when the file cannot be read
 */
export async function secretSource(given: GivenSettings, stdin: Input): Promise<SecretSource | undefined> {
  const file = given.get('secretFile');
  const variable = given.get('clientSecret');
  if (!file) return variable && { secret: variable.value.toString() };
  if (file.value === '-') return { secret: withoutLineEnd(await readInput(stdin)) };
  const readAgain = async () => withoutLineEnd(await readSecretFile(file));
  return { secret: await readAgain(), readAgain };
}

async function readSecretFile({ value, from }: GivenSetting): Promise<string> {
  try {
    return await readFile(value.toString(), 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    // Not the name: somebody may have given the secret itself.
    throw new UsageError(
      `${from}: the file cannot be read (${code}). Give the name of a file that this user may read, or - for standard input.`,
    );
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
