import type { CommandIo, Ending } from '../terminal/command-io.js';
import { columnsOf } from '../terminal/layout-text.js';
import { styleFor } from '../terminal/style.js';
import type { Invocation, OptionValues } from '../usage/command.js';
import { UsageError } from '../usage/usage-error.js';
import type { CheckResult } from './check-result.js';
import { checkText, closingText, examinationJson } from './doctor-report.js';
import { examine } from './examination.js';

const MAX_TIMEOUT_S = 600;

/** `m2m-token doctor`: looks for what keeps tokens from coming. */
export async function runDoctor(io: CommandIo, { values, words }: Invocation): Promise<Ending> {
  if (words.length > 0) throw new UsageError('doctor takes options alone.');
  const { stdout, env } = io;
  const [columns, style] = [columnsOf(stdout), styleFor(stdout, env)];
  const examination = examine(io, { values, timeoutMs: readTimeout(values) });
  const results: CheckResult[] = [];
  let step = await examination.next();
  while (!step.done) {
    results.push(step.value);
    // As it is seen: some take seconds.
    if (values.json !== true) stdout.write(`${checkText(step.value, columns, style)}\n`);
    step = await examination.next();
  }
  stdout.write(
    `${values.json === true ? examinationJson(results, step.value) : closingText(results, columns, style)}\n`,
  );
  return step.value;
}

function readTimeout({ timeout: text = '10' }: OptionValues): number {
  const seconds = typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MAX_TIMEOUT_S) return Math.max(1, seconds * 1_000);
  throw new UsageError(`--timeout: must be a number of seconds above 0, at most ${MAX_TIMEOUT_S}.`);
}
