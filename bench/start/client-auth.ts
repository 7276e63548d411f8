import { LIBRARY } from '../day/contestants.js';
import type { Promised } from '../day/promises.js';
import { show, spreadOf } from '../shared/spread.js';
import { importTime } from './run-child.js';

const AT_MOST = 0.45;

/** Whether the authenticators cost a start little beside the main entry, that they are used with: both are imported in turn. */
export async function judgeClientAuth(runs: number): Promise<Promised> {
  const times: { readonly main: number[]; readonly clientAuth: number[] } = { main: [], clientAuth: [] };
  // The first time, files come from the disk.
  for (let run = -1; run < runs; run += 1) {
    const main = await importTime(LIBRARY);
    const clientAuth = await importTime(`${LIBRARY}/client-auth`);
    if (run < 0) continue;
    times.main.push(main);
    times.clientAuth.push(clientAuth);
  }
  const { median } = spreadOf(times.clientAuth);
  const ratio = median / spreadOf(times.main).median;
  return {
    words: `Import of /client-auth: at most ${AT_MOST} times that of the main entry (${show(ratio)}; ${show(median)} ms).`,
    isKept: ratio <= AT_MOST,
  };
}
