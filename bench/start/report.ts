import { format } from '../day/columns.js';
import type { Promised } from '../day/promises.js';
import { asMarkdown, type Table } from '../day/table.js';
import { drawBars } from '../shared/bar-chart.js';
import { describeRun } from '../shared/machine.js';
import { type Spread, show } from '../shared/spread.js';
import type { Result } from './measure.js';

const MIB = 2 ** 20;

export function makeTable(results: readonly Result[]): Table {
  return {
    heads: [
      '',
      'import (ms)',
      'first token (ms)',
      'files',
      'and later',
      'axios',
      'packages',
      'installed (MiB)',
    ],
    rows: results.map(({ contestant, importMs, firstTokenMs, files, axios, size }) => [
      contestant.name,
      importMs ? showMs(importMs) : '',
      showMs(firstTokenMs),
      format(files.before, 0),
      format(files.after, 0),
      axios === undefined ? '' : axios === 'before' ? 'at once' : 'later',
      size ? format(size.packages, 0) : '',
      size ? show(size.bytes / MIB) : '',
    ]),
  };
}

/** RESULTS.md: what the whole run found. */
export function writeReport(results: readonly Result[], targets: readonly Promised[], date: Date): string {
  const versions = results.flatMap(({ contestant: { name, version } }) =>
    version ? [`${name} ${version}`] : [],
  );
  return `${[
    '# The start: results',
    `${describeRun(date)} By \`npm run start --prefix bench\`. [What is measured, and how](../README.md#the-start).`,
    '## From the start of a process to its first token',
    'Elapsed time, the median of all runs (min..max). *Files* are loaded before the first token request, *and later* by it.',
    '![From the start of a process to its first token](start.svg)',
    asMarkdown(makeTable(results)),
    '### Targets',
    targets.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
    `Versions: ${versions.join(', ')}.`,
  ].join('\n\n')}\n`;
}

/** The quickest first. */
export function drawChart(results: readonly Result[]): string {
  const sorted = [...results].sort((one, other) => one.firstTokenMs.median - other.firstTokenMs.median);
  return drawBars({
    title: 'From the start of a process to its first token',
    subtitle: 'ms, with the token endpoint on the same machine. Node.js itself included.',
    bars: sorted.map(({ contestant: { name, isOwn }, firstTokenMs: { median } }) => ({
      name,
      value: median,
      label: format(median, 0),
      isOwn,
    })),
  });
}

function showMs({ median, min, max }: Spread): string {
  return `${show(median)} (${format(min, 0)}..${format(max, 0)})`;
}
