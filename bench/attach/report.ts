import { format } from '../day/columns.js';
import type { Promised } from '../day/promises.js';
import { asMarkdown, type Table } from '../day/table.js';
import { drawBars } from '../shared/bar-chart.js';
import { describeRun } from '../shared/machine.js';
import { show, showSpread } from '../shared/spread.js';
import { versions } from './contestants.js';
import type { Result } from './measure.js';

export function makeTable(results: readonly Result[]): Table {
  return {
    heads: [
      '',
      'attached to',
      'overhead (µs)',
      'a second plain one (µs)',
      '% of a round trip',
      'plain request (µs)',
      'round trip (µs)',
    ],
    rows: results.map(({ contestant: { name, kind }, overhead, control, plain, roundTrip }) => [
      name,
      kind,
      showSpread(overhead),
      showSpread(control),
      format((overhead.median / roundTrip.median) * 100, 1),
      show(plain.median),
      show(roundTrip.median),
    ]),
  };
}

/** Ours must be the least of its kind, but for one that signs proofs. */
export function judge(results: readonly Result[]): Promised[] {
  return results
    .filter(({ contestant: { isOwn, isBound } }) => isOwn && !isBound)
    .flatMap(({ contestant: { name, kind }, overhead }) => {
      const others = results.filter(({ contestant }) => contestant.kind === kind && !contestant.isOwn);
      if (others.length === 0) return [];
      const least = Math.min(...others.map((other) => other.overhead.median));
      return [
        {
          words: `${name}: no more than the others attached to ${kind} (${show(overhead.median)} and ${show(least)} µs).`,
          isKept: overhead.median <= least,
        },
      ];
    });
}

export function writeReport(results: readonly Result[], targets: readonly Promised[], date: Date): string {
  return `${[
    '# Attached: results',
    `${describeRun(date)} By \`npm run attach --prefix bench\`. [What is measured, and how](../README.md#attached).`,
    '## What carrying the token costs a request',
    'CPU time of the client for a GET over a kept connection to an API on the same machine, beyond that of the same request by the same library with nothing attached: the median of seven processes (min..max). A second instance with nothing attached is measured as well: what it takes beyond the first is what these figures are off by. A round trip is the elapsed time of a plain request. With `dpop` each request has a signed proof (RFC 9449); nothing else here does that.',
    '![What carrying the token costs a request](attach.svg)',
    asMarkdown(makeTable(results)),
    '### Targets',
    targets.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
    `Versions: ${versions()}.`,
  ].join('\n\n')}\n`;
}

export function drawChart(results: readonly Result[]): string {
  return drawBars({
    title: 'What carrying the token costs a request',
    subtitle: 'µs of CPU time beyond the plain request. This library in blue.',
    bars: results.map(({ contestant: { name, kind, isOwn }, overhead: { median } }) => ({
      name: `${name}, ${kind}`,
      value: Math.max(0, median),
      label: show(median),
      isOwn,
    })),
  });
}
