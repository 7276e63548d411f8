import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadedFiles } from './children/loaded-files.js';
import type { Wiring } from './children/open-subject.js';
import { TOKEN } from './token-server.js';

const LONGEST_OUTPUT = 16 * 2 ** 20;

/** In ms. */
export async function importTime(name: string): Promise<number> {
  return Number(await run('import-package', name));
}

/** From the start of the process, in ms. */
export async function firstTokenTime(wiring: Wiring): Promise<number> {
  const [ms = '', token = ''] = (await run('first-token', JSON.stringify(wiring))).trim().split(' ');
  if (token !== TOKEN) throw new Error(`${wiring.file} gave no token.`);
  return Number(ms);
}

export async function loadedFiles(wiring: Wiring): Promise<LoadedFiles> {
  return JSON.parse(await run('loaded-files', JSON.stringify(wiring))) as LoadedFiles;
}

/** In a new process of plain Node.js. Gives what it prints. */
async function run(child: string, argument: string): Promise<string> {
  const script = fileURLToPath(new URL(`../dist/start/children/${child}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, argument], {
    maxBuffer: LONGEST_OUTPUT,
    env: {},
  });
  return stdout;
}
