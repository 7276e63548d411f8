import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Promised } from '../day/promises.js';
import { show, spreadOf } from '../shared/spread.js';
import { startTokenServer } from './token-server.js';

const AT_MOST = 1.2;

const LIBRARY = fileURLToPath(new URL('../dist/start/children/first-token.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Whether `m2m-token token` prints its token about as soon as a program of one's own would: both run in turn. */
export async function judgeCommandLine(runs: number): Promise<Promised> {
  const server = await startTokenServer();
  const wiring = {
    file: 'start/subjects/m2m-token-provider',
    tokenEndpoint: server.url,
    isGivenFetch: false,
  };
  const env = { M2M_TOKEN_ENDPOINT: server.url, M2M_CLIENT_ID: 'start', M2M_CLIENT_SECRET: 'secret' };
  const times: { readonly library: number[]; readonly program: number[] } = { library: [], program: [] };
  // The first time, files come from the disk.
  for (let run = -1; run < runs; run += 1) {
    const library = await untilOutput([LIBRARY, JSON.stringify(wiring)], {});
    const program = await untilOutput([PROGRAM, 'token'], env);
    if (run < 0) continue;
    times.library.push(library);
    times.program.push(program);
  }
  server.close();
  const ratio = spreadOf(times.program).median / spreadOf(times.library).median;
  return {
    words: `\`m2m-token token\`: at most ${AT_MOST} times the time of the first token (${show(ratio)}).`,
    isKept: ratio <= AT_MOST,
  };
}

/** From the start of a process until it has printed something, in ms. */
async function untilOutput(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const ms = performance.now() - startedAt;
  await exited;
  return ms;
}
