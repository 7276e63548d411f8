/** Measures what an attached token costs each request, of this library and of others, shows it, and writes it down. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { asText } from '../day/table.js';
import { buildLibrary } from '../shared/build.js';
import { contestants } from './contestants.js';
import { measureAll } from './measure.js';
import { drawChart, judge, makeTable, writeReport } from './report.js';

const HELP = `What carrying the token costs a request of axios, fetch and undici.

npm run attach --prefix bench [-- options]

  --quick   a rough look, and write nothing
  --help    show this

A whole run takes about eight minutes, and writes attach/RESULTS.md and attach/attach.svg.
The exit code is 1 if another costs less.`;

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, help: { type: 'boolean' } } });

if (options.help) console.log(HELP);
else process.exitCode = await main(options.quick ?? false);

async function main(isQuick: boolean): Promise<number> {
  buildLibrary();
  const results = await measureAll(contestants, isQuick ? 1 : 7, isQuick ? 60 : 400);
  const targets = judge(results);
  console.log(`\n${asText(makeTable(results))}\n\nTargets\n`);
  for (const { words, isKept } of targets) console.log(`  ${isKept ? 'kept  ' : 'BROKEN'}  ${words}`);
  if (!isQuick) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), writeReport(results, targets, new Date()));
    writeFileSync(new URL('attach.svg', import.meta.url), drawChart(results));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}
