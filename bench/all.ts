/** Runs all benches in turn, and gathers what they found in RESULTS.md. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gather } from './shared/gather.js';

const HELP = `All benches, one after the other: about an hour. Each writes its own results; all of them are in RESULTS.md.

npm run all --prefix bench [-- options]

  --gather   run none, and gather what was found before
  --help     show this

The exit code is 1 if any bench says that a promise or a target is broken.`;

const BENCHES = ['day', 'scale', 'hot-path', 'start', 'attach', 'fleet', 'verify'] as const;

const { values: options } = parseArgs({
  options: { gather: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (options.help) console.log(HELP);
else main(options.gather ?? false);

function main(isGathering: boolean): void {
  const failed = isGathering ? [] : BENCHES.filter((bench) => !run(bench));
  const found = BENCHES.map((bench) => ({ bench, file: new URL(`${bench}/RESULTS.md`, import.meta.url) }))
    .filter(({ file }) => existsSync(file))
    .map(({ bench, file }) => ({ bench, text: readFileSync(file, 'utf8') }));
  writeFileSync(new URL('RESULTS.md', import.meta.url), gather(found, new Date()));
  for (const bench of failed) console.error(`${bench}: broken, or not done`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function run(bench: string): boolean {
  console.log(`\n== ${bench}`);
  const script = fileURLToPath(new URL(`${bench}/main.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: 'inherit',
  });
  return status === 0;
}
