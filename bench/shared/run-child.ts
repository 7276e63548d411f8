import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('..', import.meta.url));

const LOADER = ['--import', 'tsx'];

/** Runs a script in a process of its own, with these flags of Node.js, and gives what it sends. */
export function runChild<Result>(
  script: URL,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Result> {
  return hear(fileURLToPath(script), args, [...LOADER, ...flags]);
}

/** The same of a script that was compiled: `buildChildren()` comes before. A loader of TypeScript slows every `import()`. */
export function runCompiledChild<Result>(
  name: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Result> {
  return hear(`${BENCH}dist/${name}.js`, args, flags);
}

async function hear<Result>(
  script: string,
  args: readonly string[],
  execArgv: readonly string[],
): Promise<Result> {
  const child = fork(script, args, {
    cwd: BENCH,
    execArgv: [...execArgv],
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
