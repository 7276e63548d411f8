import { format } from '../day/columns.js';
import { LIBRARY } from '../day/contestants.js';
import type { Promised } from '../day/promises.js';
import { asMarkdown, type Table } from '../day/table.js';
import { describeRun } from '../shared/machine.js';
import { showSpread, spreadOf } from '../shared/spread.js';
import type { Result } from './measure.js';

export interface Findings {
  readonly calls: Table;
  readonly others: Table;
  readonly targets: readonly Promised[];
  readonly results: readonly Result[];
}

/** RESULTS.md: what the whole run found. */
export function writeReport({ calls, others, targets, results }: Findings, date: Date): string {
  return `${[
    '# The hot path: results',
    `${describeRun(date)} By \`npm run hot-path --prefix bench\`. [What is measured, and how](../README.md#the-hot-path).`,
    '## A call with a fresh token',
    `CPU time, the median of all rounds (min..max). ${describeYardsticks(results)}`,
    '### Calls of this library',
    '![Calls of this library, in times of awaiting a settled promise](calls.svg)',
    asMarkdown(calls),
    '### Beside others',
    '![Calls with a fresh token, in times of awaiting a settled promise](others.svg)',
    asMarkdown(others),
    '### Targets',
    targets.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
    `Versions: ${listVersions(results)}.`,
  ].join('\n\n')}\n`;
}

/** Of the processes that hold one token. */
export function describeYardsticks(results: readonly Result[]): string {
  const small = results.filter(({ contestant }) => contestant.held === 1);
  const median = (figure: (result: Result) => number) => spreadOf(small.map(figure));
  const limit = median(({ limit }) => limit.ns.median);
  const floor = median(({ floor }) => floor.ns.median);
  const bytes = median(({ floor }) => floor.bytes).median;
  const awaited = median(({ limit }) => limit.bytes).median;
  return [
    `The limit, awaiting a settled promise, takes ${showSpread(limit)} ns;`,
    `the floor, the same behind one look at the clock, ${showSpread(floor)} ns.`,
    `Bytes are allocated beyond the ${format(awaited, 0)} of \`await\` itself; the floor's are ${format(bytes, 0)}, for the number that \`Date.now()\` gives.`,
  ].join(' ');
}

function listVersions(results: readonly Result[]): string {
  const versions = results.flatMap(({ contestant: { name, version, isOwn } }) =>
    version ? [`${isOwn ? LIBRARY : name} ${version}`] : [],
  );
  return [...new Set(versions)].join(', ');
}
