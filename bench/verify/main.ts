/** Measures what verifying a token costs, and how outages of the key endpoint are borne, by this library and by others. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Promised } from '../day/promises.js';
import { asText, type Table } from '../day/table.js';
import { buildLibrary } from '../shared/build.js';
import { buildChildren } from '../start/build.js';
import { contestants } from './contestants.js';
import { type Borne, measureOutages } from './outages/measure.js';
import { outages as allOutages, type Outage, thinOut } from './outages/outage.js';
import { drawChart, tableOfOutage, tableOfSpeed, writeReport } from './report.js';
import { type Effort, measureSpeed, type Speed } from './speed/measure.js';
import { judgeOutages, judgeSpeed, listRivals } from './targets.js';

const HELP = `What verifying a token costs, and what becomes of it while the key endpoint is down.

npm run verify --prefix bench [-- options]

  --check   are the targets kept? Writes nothing
  --quick   a rough look, and write nothing
  --help    show this

A whole run takes about a quarter of an hour, and writes verify/RESULTS.md and verify/verify.svg.
The exit code is 1 if a target is missed.`;

interface Plan {
  readonly effort: Effort;
  readonly outages: readonly Outage[];
  /** In outages: no target names others. */
  readonly isOwnAlone: boolean;
}

const WHOLE: Plan = { effort: { processes: 7, rounds: 150 }, outages: allOutages, isOwnAlone: false };
const CHECK: Plan = { effort: { processes: 3, rounds: 150 }, outages: allOutages, isOwnAlone: true };
const QUICK: Plan = {
  effort: { processes: 1, rounds: 25 },
  outages: allOutages.map(thinOut),
  isOwnAlone: false,
};

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (options.help) console.log(HELP);
else process.exitCode = await main(options);

async function main({ check = false, quick = false }): Promise<number> {
  buildLibrary();
  buildChildren();
  const { effort, outages, isOwnAlone } = quick ? QUICK : check ? CHECK : WHOLE;
  const speed = await measureSpeed(effort);
  const borne = await measureOutages(
    contestants.filter(({ isOwn }) => isOwn || !isOwnAlone),
    outages,
  );
  const targets = [...judgeSpeed(speed), ...judgeOutages(borne, outages)];
  const rivals = listRivals(speed);
  print({ speed, borne, outages });
  tell(targets, rivals);
  if (!quick && !check) {
    const findings = { speed, outages, borne, targets, rivals };
    writeFileSync(new URL('RESULTS.md', import.meta.url), writeReport(findings, new Date()));
    writeFileSync(new URL('verify.svg', import.meta.url), drawChart(speed));
  }
  return targets.every(({ isKept }) => isKept) ? 0 : 1;
}

function print({
  speed,
  borne,
  outages,
}: {
  speed: Speed[];
  borne: Borne[];
  outages: readonly Outage[];
}): void {
  show('A seen token, CPU time', tableOfSpeed(speed, true));
  show('A new token, CPU time', tableOfSpeed(speed, false));
  for (const [place, { title }] of outages.entries()) {
    show(`The key endpoint is down for ${title}`, tableOfOutage(borne, place));
  }
}

function show(title: string, table: Table): void {
  console.log(`\n${title}\n\n${asText(table)}`);
}

function tell(targets: readonly Promised[], rivals: readonly string[]): void {
  console.log('\nTargets\n');
  for (const { words, isKept } of targets) console.log(`  ${isKept ? 'kept  ' : 'BROKEN'}  ${words}`);
  if (rivals.length > 0) console.log(`\nPeers that come close, or are faster\n\n  ${rivals.join('\n  ')}`);
}
