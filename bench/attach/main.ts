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
  --short   tokens of some 100 characters instead of 800, and write nothing
  --help    show this

A whole run takes about eight minutes, and writes attach/RESULTS.md and attach/attach.svg.
The exit code is 1 if another costs less.`;

/** Makes tokens of some 800 characters, as long as signed ones with a few claims are. */
const PADDING = 700;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, short: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (options.help) console.log(HELP);
else process.exitCode = await main(options);

async function main({ quick = false, short = false }): Promise<number> {
  buildLibrary();
  const effort = quick ? { processes: 1, rounds: 60 } : { processes: 7, rounds: 400 };
  const results = await measureAll(contestants, { ...effort, padding: short ? 0 : PADDING });
  const targets = judge(results);
  console.log(`\n${asText(makeTable(results))}\n\nTargets\n`);
  for (const { words, isKept } of targets) console.log(`  ${isKept ? 'kept  ' : 'BROKEN'}  ${words}`);
  if (!quick && !short) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), writeReport(results, targets, new Date()));
    writeFileSync(new URL('attach.svg', import.meta.url), drawChart(results));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}
