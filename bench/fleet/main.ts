/** Measures what a fleet of processes asks of the authorization server, shows it, and writes it down. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { asText } from '../day/table.js';
import { buildLibrary } from '../shared/build.js';
import { drawChart } from './chart.js';
import type { Findings } from './findings.js';
import { measureReal } from './real/measure.js';
import { makeTables, writeReport } from './report.js';
import { measureSimulated } from './simulated/measure.js';
import { judge } from './targets.js';

const HELP = `What 1 to 24 real processes and 1 to 10,000 simulated ones ask of one authorization server.

npm run fleet --prefix bench [-- options]

  --real        real processes alone, and write nothing
  --simulated   simulated processes alone, and write nothing
  --quick       small fleets and few renewals, and write nothing
  --help        show this

A whole run takes about eight minutes, and writes fleet/RESULTS.md and fleet/fleet.svg. It needs redis-server (7 or
later). The exit code is 1 if a target is missed.`;

const { values: options } = parseArgs({
  options: {
    real: { type: 'boolean' },
    simulated: { type: 'boolean' },
    quick: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

if (options.help) console.log(HELP);
else process.exitCode = await main(options);

async function main({ real = false, simulated = false, quick = false }): Promise<number> {
  buildLibrary();
  const isWhole = real === simulated;
  const tell = (words: string): void => console.log(`${words}: done`);
  const findings: Findings = {
    real: isWhole || real ? await measureReal(quick, tell) : undefined,
    simulated: isWhole || simulated ? await measureSimulated(quick, tell) : undefined,
  };
  for (const { title, note, table } of makeTables(findings)) {
    console.log(`\n${title}\n${note}\n\n${asText(table)}`);
  }
  const targets = judge(findings);
  console.log('\nTargets');
  for (const { words, isKept } of targets) console.log(`  ${isKept ? 'kept  ' : 'BROKEN'}  ${words}`);
  if (isWhole && !quick) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), writeReport(findings, targets, new Date()));
    writeFileSync(new URL('fleet.svg', import.meta.url), drawChart(findings.simulated ?? []));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}
