/** Measures what comes before the first token, of this library and of others, shows it, and writes it down. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LIBRARY } from '../day/contestants.js';
import { asText } from '../day/table.js';
import { buildLibrary } from '../shared/build.js';
import { buildChildren } from './build.js';
import { judgeClientAuth } from './client-auth.js';
import { judgeCommandLine } from './command-line.js';
import { contestants } from './contestants.js';
import { measureAll } from './measure.js';
import { drawChart, makeTable, writeReport } from './report.js';
import { judge, namedPeers } from './targets.js';

const HELP = `What comes before the first token: import, first request, and installed size, of ${LIBRARY} and others.

npm run start --prefix bench [-- options]

  --check   this library and those that its targets name, and write nothing
  --help    show this

A whole run takes about two minutes, and writes start/RESULTS.md and start/start.svg.
The exit code is 1 if ${LIBRARY} misses one of its targets.`;

const RUNS = 15;

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } });

if (options.help) console.log(HELP);
else process.exitCode = await main(options.check ?? false);

async function main(isCheck: boolean): Promise<number> {
  buildLibrary();
  buildChildren();
  const results = await measureAll(
    contestants.filter(({ name, isOwn }) => isOwn || !isCheck || namedPeers.includes(name)),
    RUNS,
  );
  const own = results.filter(({ contestant }) => contestant.isOwn);
  const targets = [
    ...own.flatMap((one) => judge(one, results)),
    await judgeClientAuth(RUNS),
    await judgeCommandLine(RUNS),
  ];
  console.log(`\n${asText(makeTable(results))}\n\nTargets\n`);
  for (const { words, isKept } of targets) console.log(`  ${isKept ? 'kept  ' : 'BROKEN'}  ${words}`);
  if (!isCheck) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), writeReport(results, targets, new Date()));
    writeFileSync(new URL('start.svg', import.meta.url), drawChart(results));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}
