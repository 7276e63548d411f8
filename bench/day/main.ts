/** Runs the contestants through the scenarios, shows what each scored, and writes it down. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawChart } from './chart.js';
import { contestants, LIBRARY, versionOf } from './contestants.js';
import { listExceptions } from './exceptions.js';
import { launch, launchAll } from './launch.js';
import { judge } from './promises.js';
import { writeReport } from './report.js';
import { scenarios } from './scenarios.js';
import { asText, makeTable } from './table.js';

const HELP = `A day of traffic in virtual time: ${LIBRARY} and others, side by side.

npm run day --prefix bench [-- options]

  --only <name>   run this contestant alone, and write nothing
  --check         write nothing
  --help          show this

A whole run takes some minutes and writes day/RESULTS.md and day/day.svg.
The exit code is 1 if ${LIBRARY} breaks one of its promises.

Contestants: ${contestants.map(({ name }) => name).join(', ')}`;

/** As many as the smallest of machines has cores. */
const AT_A_TIME = 2;

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (options.help) console.log(HELP);
else process.exitCode = await main(options.only, options.check ?? false);

async function main(only: string | undefined, isCheck: boolean): Promise<number> {
  const chosen = contestants.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    console.error(`There is no contestant named ${only}.\n\n${HELP}`);
    return 2;
  }
  const results = await launchAll(chosen, AT_A_TIME, async (contestant) => {
    const startedAt = performance.now();
    const result = await launch(
      contestant,
      scenarios.map(({ name }) => name),
    );
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    console.log(`${contestant.name} ${versionOf(contestant)} is done, in ${seconds} s`);
    return result;
  });
  for (const scenario of scenarios) {
    console.log(`\n${scenario.title}\n${scenario.note}\n\n${asText(makeTable(scenario, results))}`);
  }
  const own = results.find(({ contestant }) => contestant.name === LIBRARY);
  const promises = own ? judge(own) : [];
  const exceptions = listExceptions(results);
  print(
    'Promises',
    promises.map(({ words, isKept }) => `${isKept ? 'kept  ' : 'BROKEN'}  ${words}`),
  );
  print('Where another does better', exceptions);
  if (!only && !isCheck) {
    writeFileSync(
      new URL('RESULTS.md', import.meta.url),
      writeReport({ results, promises, exceptions }, new Date()),
    );
    writeFileSync(new URL('day.svg', import.meta.url), drawChart(results));
  }
  return promises.every(({ isKept }) => isKept) ? 0 : 1;
}

function print(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
