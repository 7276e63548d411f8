#!/usr/bin/env node
import { runCommandLine } from './cli/main.js';

// Whoever reads the output may stop reading it, as `head` does: that is no failure of this program.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

const { argv, env, stdin, stdout, stderr } = process;
const ending = await runCommandLine({ args: argv.slice(2), env, stdin, stdout, stderr });
if (typeof ending === 'number') process.exitCode = ending;
// Whoever waits for this process sees that the command was ended by this signal.
else process.kill(process.pid, ending);
