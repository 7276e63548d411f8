import { fileURLToPath } from 'node:url';
import { type Spread, spreadOf } from '../shared/spread.js';
import type { Wiring } from './children/open-subject.js';
import type { Contestant } from './contestants.js';
import { type InstallSize, sizeOfInstalled, sizeOfPublished } from './install-size.js';
import { firstTokenTime, importTime, loadedFiles } from './run-child.js';
import { startTokenServer } from './token-server.js';

export interface Result {
  readonly contestant: Contestant;
  /** Times in ms. */
  readonly importMs: Spread | undefined;
  readonly firstTokenMs: Spread;
  /** Files loaded before the first token request, and by it. */
  readonly files: { readonly before: number; readonly after: number };
  readonly axios: 'before' | 'after' | undefined;
  readonly size: InstallSize | undefined;
}

interface Times {
  readonly imports: number[];
  readonly firstTokens: number[];
}

/** Runs each contestant so many times, and all of them in between. */
export async function measureAll(contestants: readonly Contestant[], runs: number): Promise<Result[]> {
  const server = await startTokenServer();
  const wire = ({ file, isGivenFetch }: Contestant): Wiring => ({
    file,
    isGivenFetch,
    tokenEndpoint: server.url,
  });
  const times = new Map<Contestant, Times>(
    contestants.map((contestant) => [contestant, { imports: [], firstTokens: [] }]),
  );
  // The first time, files come from the disk.
  for (let run = -1; run < runs; run += 1) {
    for (const [contestant, { imports, firstTokens }] of times) {
      const importMs = contestant.packageAt ? await importTime(contestant.name) : undefined;
      const firstTokenMs = await firstTokenTime(wire(contestant));
      if (run < 0) continue;
      if (importMs !== undefined) imports.push(importMs);
      firstTokens.push(firstTokenMs);
    }
  }
  const results: Result[] = [];
  for (const [contestant, { imports, firstTokens }] of times) {
    results.push({
      contestant,
      importMs: imports.length > 0 ? spreadOf(imports) : undefined,
      firstTokenMs: spreadOf(firstTokens),
      ...(await lookAtFiles(wire(contestant))),
      size: sizeOf(contestant),
    });
  }
  server.close();
  return results;
}

async function lookAtFiles(wiring: Wiring): Promise<Pick<Result, 'files' | 'axios'>> {
  const { before, after } = await loadedFiles(wiring);
  // This library holds the part of it that sends requests in a file of its own.
  const hasAxios = (files: readonly string[]) =>
    files.some((url) => /\/node_modules\/axios\/|\/shared\/Axios\.js$/.test(url));
  const axios = hasAxios(before) ? 'before' : hasAxios(after) ? 'after' : undefined;
  return { files: { before: before.length, after: after.length }, axios };
}

function sizeOf({ packageAt, isOwn }: Contestant): InstallSize | undefined {
  if (!packageAt) return undefined;
  const folder = fileURLToPath(new URL(packageAt, import.meta.url)).replace(/[/\\]$/, '');
  return isOwn ? sizeOfPublished(folder) : sizeOfInstalled(folder);
}
