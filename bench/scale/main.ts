/** Measures what many clients cost on one provider, shows it, and writes it down. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { asText } from '../day/table.js';
import { buildLibrary } from '../shared/build.js';
import { drawChart } from './chart.js';
import { measureAll } from './measure.js';
import { makeTables, writeReport } from './report.js';
import { judge } from './targets.js';

const HELP = `What 1, 1,000, 10,000 and 100,000 clients cost on one TokenProvider.

npm run scale --prefix bench [-- options]

  --check   only what there are targets for, in four minutes, and write nothing
  --help    show this

A whole run takes a quarter of an hour, and writes scale/RESULTS.md and scale/scale.svg. The machine should do
nothing else meanwhile. The exit code is 1 if a target is missed.`;

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (options.help) console.log(HELP);
else process.exitCode = await main(options.check ?? false);

async function main(isCheck: boolean): Promise<number> {
  buildLibrary();
  const findings = await measureAll(isCheck, (words) => console.log(`${words}: done`));
  for (const { title, note, table } of makeTables(findings)) {
    console.log(`\n${title}\n${note}\n\n${asText(table)}`);
  }
  const targets = judge(findings);
  console.log('\nTargets');
  for (const { words, isKept } of targets) console.log(`  ${isKept ? 'kept  ' : 'BROKEN'}  ${words}`);
  if (!isCheck) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), writeReport({ findings, targets }, new Date()));
    writeFileSync(new URL('scale.svg', import.meta.url), drawChart(findings));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}
