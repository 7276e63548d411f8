import type { CommandIo, Ending } from '../terminal/command-io.js';
import { columnsOf } from '../terminal/layout-text.js';
import { readInput } from '../terminal/read-input.js';
import { styleFor } from '../terminal/style.js';
import type { Invocation } from '../usage/command.js';
import { EXIT, exitCodeOf } from '../usage/exit-code.js';
import { UsageError } from '../usage/usage-error.js';
import { inspectionJson, inspectionText } from './inspect-report.js';
import { inspectToken } from './inspected-token.js';
import { findOddities } from './oddities.js';
import { verifyInspected } from './verify-inspected.js';

/** `m2m-token inspect`: shows what a token on standard input holds. */
export async function runInspect(io: CommandIo, { values, words }: Invocation): Promise<Ending> {
  // It may be the token itself, in a place where others can read it.
  if (words.length > 0) throw new UsageError('inspect takes the token on standard input, and no word.');
  const { stdin, stdout, stderr, env } = io;
  if (stdin.isTTY) stderr.write('Paste the token, then press Enter and Ctrl-D.\n');
  const token = inspectToken(await readInput(stdin));
  const refusal = values.verify === true ? await verifyInspected(token.value, values, env) : undefined;
  const now = Date.now();
  const verdict = values.verify === true ? (refusal ?? 'good') : undefined;
  const inspection = { token, oddities: findOddities(token, now), verdict, now } as const;
  const isJson = values.json === true;
  stdout.write(
    isJson
      ? inspectionJson(inspection)
      : inspectionText(inspection, columnsOf(stdout), styleFor(stdout, env)),
  );
  return refusal ? exitCodeOf(refusal) : EXIT.done;
}
