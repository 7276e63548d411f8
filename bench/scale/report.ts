import type { Promised } from '../day/promises.js';
import { asMarkdown } from '../day/table.js';
import { describeRun } from '../shared/machine.js';
import type { Findings } from './measure.js';
import { tableOfCalls, tableOfOperations } from './tables/costs.js';
import { tableOfFirstTokens } from './tables/first-tokens.js';
import { tableOfMemory } from './tables/memory.js';
import { tableOfPauses } from './tables/pauses.js';
import { tableOfRenewals } from './tables/renewals.js';
import type { TitledTable } from './tables/titled-table.js';

/** All of what was measured. */
export function makeTables(findings: Findings): TitledTable[] {
  return [tableOfMemory, tableOfCalls, tableOfOperations, tableOfRenewals, tableOfPauses, tableOfFirstTokens]
    .map((makeTable) => makeTable(findings))
    .filter(({ table }) => table.rows.length > 0);
}

export interface Outcome {
  readonly findings: Findings;
  readonly targets: readonly Promised[];
}

/** RESULTS.md: what the whole run found. */
export function writeReport({ findings, targets }: Outcome, date: Date): string {
  return `${[
    '# Many clients: results',
    `${describeRun(date)} By \`npm run scale --prefix bench\`. [What is measured, and how](../README.md#many-clients).`,
    'From one client to 100,000 on one provider, found by `resolveClient`; each number in a process of its own.',
    '![What each client costs, by the number of clients](scale.svg)',
    ...makeTables(findings).flatMap(({ title, note, table }) => [`## ${title}`, note, asMarkdown(table)]),
    '## Targets',
    targets.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
  ].join('\n\n')}\n`;
}
