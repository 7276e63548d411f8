import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** Runs a script in a process of its own, with these flags of Node.js, and gives what it sends. */
export async function runChild<Result>(
  script: URL,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Result> {
  const child = fork(fileURLToPath(script), args, {
    cwd: BENCH,
    execArgv: ['--import', 'tsx', ...flags],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let result: Result | undefined;
  child.on('message', (message) => {
    result = message as Result;
  });
  const words = child.stderr ? text(child.stderr) : '';
  const [code, signal] = await once(child, 'close');
  if (result === undefined) throw new Error(`${args[0]} ended with ${code ?? signal}.\n${await words}`);
  return result;
}
