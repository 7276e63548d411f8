import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Runs one measurement in a process of its own; its result is what its `measure()` gives. */
export async function launch<Result>(
  measurement: string,
  parameters: object,
  flags: readonly string[] = [],
): Promise<Result> {
  const script = fileURLToPath(new URL('./run-measurement.ts', import.meta.url));
  const child = fork(script, [measurement, JSON.stringify(parameters)], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    execArgv: ['--import', 'tsx', '--expose-gc', ...flags],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let result: Result | undefined;
  child.on('message', (message) => {
    result = message as Result;
  });
  const words = child.stderr ? text(child.stderr) : '';
  const [code] = await once(child, 'close');
  if (result === undefined) throw new Error(`${measurement} ended with ${code}.\n${await words}`);
  return result;
}
