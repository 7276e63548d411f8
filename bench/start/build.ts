import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** Compiles what runs in new processes: with a loader of TypeScript, that would be most of their time. */
export function buildChildren(): void {
  const dist = new URL('../dist/', import.meta.url);
  rmSync(dist, { recursive: true, force: true });
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], {
    cwd: BENCH,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // As if the library were installed there.
  mkdirSync(new URL('node_modules/', dist));
  symlinkSync('../../..', new URL('node_modules/m2m-token-provider', dist), 'dir');
}
