import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestants.js';
import type { Figures } from './run-contestant.js';
import type { Pace } from './timing.js';

/** MiB for new objects: what V8 goes up to by itself, but from the start, so that all have the same. */
const SEMI_SPACE = 16;

/** Runs a contestant in a process of its own. */
export async function launch(contestant: Contestant, pace: Pace): Promise<Figures> {
  const script = fileURLToPath(new URL('./run-contestant.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(contestant), JSON.stringify(pace)], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    execArgv: [
      '--import',
      'tsx',
      '--expose-gc',
      `--min-semi-space-size=${SEMI_SPACE}`,
      `--max-semi-space-size=${SEMI_SPACE}`,
    ],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let figures: Figures | undefined;
  child.on('message', (message) => {
    figures = message as Figures;
  });
  const words = child.stderr ? text(child.stderr) : '';
  const [code, signal] = await once(child, 'close');
  if (!figures) throw new Error(`${contestant.name} ended with ${code ?? signal}.\n${await words}`);
  return figures;
}
