/** Times a call with a fresh token, of this library and of others, shows the figures, and writes them down. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LIBRARY } from '../day/contestants.js';
import { asText } from '../day/table.js';
import { buildLibrary } from '../shared/build.js';
import { drawCalls, drawOthers } from './charts.js';
import { CALLS, others, own } from './contestants.js';
import { type Effort, measureAll, type Result } from './measure.js';
import { describeYardsticks, writeReport } from './report.js';
import { tableOfCalls, tableOfOthers } from './tables.js';
import { judge } from './targets.js';

const HELP = `What a call costs while a fresh token is held: ${LIBRARY} and others, beside the least that can be.

npm run hot-path --prefix bench [-- options]

  --check   this library alone, and write nothing
  --quick   a rough look: few rounds, no targets, and write nothing
  --help    show this

A whole run takes about 12 minutes, and writes hot-path/RESULTS.md and two charts.
The exit code is 1 if ${LIBRARY} misses one of its targets.`;

/** The usual calls. */
const COMPARED: readonly string[] = [CALLS.plain, CALLS.handle, CALLS.keyed];

const FULL: Effort = { processes: 3, rounds: 15, loopMs: 50 };
const QUICK: Effort = { processes: 1, rounds: 8, loopMs: 10 };

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (options.help) console.log(HELP);
else process.exitCode = await main(options.check ?? false, options.quick ?? false);

async function main(isCheck: boolean, isQuick: boolean): Promise<number> {
  buildLibrary();
  const contestants = isCheck ? own : [...own, ...others];
  const results = await measureAll(contestants, isQuick ? QUICK : FULL, ({ name, held, asked }) =>
    console.log(`${name}, of ${held} held, ${asked} asked for: done`),
  );
  const ownResults = results.filter(({ contestant }) => contestant.isOwn);
  const otherResults = results.filter(({ contestant }) => !contestant.isOwn);
  const chosen = ownResults.filter(isForOthers);
  const calls = tableOfCalls(ownResults);
  const besides = tableOfOthers(chosen, otherResults);
  const targets = isQuick ? [] : judge(ownResults);
  print('Calls of this library', asText(calls));
  if (otherResults.length > 0) print('Beside others', asText(besides));
  print('Yardsticks', describeYardsticks(results));
  print(
    'Targets',
    targets.map(({ words, isKept }) => `${isKept ? 'kept  ' : 'BROKEN'}  ${words}`).join('\n'),
  );
  if (!isCheck && !isQuick) {
    write('RESULTS.md', writeReport({ calls, others: besides, targets, results }, new Date()));
    write('calls.svg', drawCalls(ownResults));
    write('others.svg', drawOthers(chosen, otherResults));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}

function isForOthers({ contestant: { name, held } }: Result): boolean {
  return held === 1 && COMPARED.includes(name);
}

function write(file: string, text: string): void {
  writeFileSync(new URL(file, import.meta.url), text);
}

function print(title: string, text: string): void {
  if (text) console.log(`\n${title}\n\n${text}`);
}
