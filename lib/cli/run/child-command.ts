import { type ChildProcess, spawn } from 'node:child_process';
import type { Ending } from '../terminal/command-io.js';
import { CommandError } from '../usage/command-error.js';
import { UsageError } from '../usage/usage-error.js';

/** Handed to the child. A terminal sends the second kind to all of its foreground, the child included. */
const HANDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
const OF_TERMINALS = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a command with this process's own inputs, outputs and terminal, and hands signals on to it. `isOnTerminal`: whether the
 * keys of a terminal may reach both.
 */
export async function runChildCommand(
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  isOnTerminal: boolean,
): Promise<Ending> {
  if (command === '') throw new UsageError('There is no command behind --.');
  const child = start(command, args, env);
  const handOn = (signal: NodeJS.Signals): void => {
    const isSentToBoth = isOnTerminal && (OF_TERMINALS as readonly string[]).includes(signal);
    if (!isSentToBoth) child.kill(signal);
  };
  const signals = [...HANDED, ...OF_TERMINALS];
  for (const signal of signals) process.on(signal, handOn);
  try {
    return await endingOf(child);
  } finally {
    for (const signal of signals) process.off(signal, handOn);
  }
}

/** Node.js tells some causes by an event (see `endingOf`), and throws the others, as ENOTDIR and E2BIG. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  try {
    return spawn(command, args, { stdio: 'inherit', env });
  } catch (error) {
    throw new CommandError((error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1));
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      reject(new CommandError(error.code ?? 'unknown'));
    });
  });
}
