#!/usr/bin/env node
import { constants } from 'node:os';
import { runCommandLine } from './cli/main.js';

// Whoever reads the output may stop reading it, as `head` does: that is no failure of this program.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(0);
  process.stderr.write(`m2m-token: standard output cannot be written (${code}).\n`, () => process.exit(1));
});
// A warning that nobody reads must not end the command that runs with a token.
process.stderr.on('error', () => undefined);

const { argv, env, stdin, stdout, stderr } = process;
const ending = await runCommandLine({ args: argv.slice(2), env, stdin, stdout, stderr });
process.exitCode = typeof ending === 'number' ? ending : 128 + constants.signals[ending];
// Whoever waits for this process sees that the command was ended by this signal. Node.js itself listens to SIGUSR1.
if (typeof ending === 'string' && ending !== 'SIGUSR1') process.kill(process.pid, ending);
