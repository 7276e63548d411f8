import type { Promised } from '../day/promises.js';
import { asMarkdown } from '../day/table.js';
import type { TitledTable } from '../scale/tables/titled-table.js';
import { describeRun } from '../shared/machine.js';
import type { Findings } from './findings.js';
import { makeRealTables } from './real/tables.js';
import { makeSimulatedTables } from './simulated/tables.js';

/** All of what was measured. */
export function makeTables({ real, simulated }: Findings): TitledTable[] {
  return [...(real ? makeRealTables(real) : []), ...(simulated ? makeSimulatedTables(simulated) : [])];
}

/** RESULTS.md: what the whole run found. */
export function writeReport(findings: Findings, targets: readonly Promised[], date: Date): string {
  const real = findings.real ? makeRealTables(findings.real) : [];
  const simulated = findings.simulated ? makeSimulatedTables(findings.simulated) : [];
  return `${[
    '# A fleet: results',
    `${describeRun(date)} By \`npm run fleet --prefix bench\`. [What is measured, and how](../README.md#a-fleet).`,
    'What many processes of one service ask of the authorization server, each for itself, and with tokens shared in a store.',
    '![Token requests per hour, by the number of processes](fleet.svg)',
    ...real.flatMap((table) => writeTable(table, '##')),
    '## Simulated processes',
    'One hour of virtual time, tokens of 600 s, answers in 200 ms, a store 2 ms away. *A renewal*: token requests after the first minute for each token that took the place of an earlier one, in each process on an average. Callers are one a second in 50 of the processes, once these have had a token.',
    ...simulated.flatMap((table) => writeTable(table, '###')),
    '## Targets',
    targets.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
  ].join('\n\n')}\n`;
}

function writeTable({ title, note, table }: TitledTable, level: string): string[] {
  return [`${level} ${title}`, note, asMarkdown(table)];
}
