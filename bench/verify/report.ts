import { format } from '../day/columns.js';
import type { Promised } from '../day/promises.js';
import { asMarkdown, type Table } from '../day/table.js';
import { drawBars } from '../shared/bar-chart.js';
import { describeRun } from '../shared/machine.js';
import { show, showSpread } from '../shared/spread.js';
import { versions } from './contestants.js';
import type { Borne } from './outages/measure.js';
import type { Outage } from './outages/outage.js';
import type { Score } from './outages/score.js';
import type { Speed } from './speed/measure.js';
import { algorithms } from './tokens.js';

export interface Findings {
  readonly speed: readonly Speed[];
  readonly outages: readonly Outage[];
  readonly borne: readonly Borne[];
  readonly targets: readonly Promised[];
  readonly rivals: readonly string[];
}

/** Of seen tokens, or of new ones. */
export function tableOfSpeed(results: readonly Speed[], isSeen: boolean): Table {
  const chosen = results.filter(({ kind }) => kind.isSeen === isSeen);
  const names = [...new Set(chosen.map(({ contestant }) => contestant.name))];
  return {
    heads: ['', ...algorithms.flatMap((one) => [`${one} (µs)`, 'times ours', 'elapsed (µs)'])],
    rows: names.map((name) => [
      name,
      ...algorithms.flatMap((algorithm) =>
        cellsOf(
          chosen.find(({ contestant, kind }) => contestant.name === name && kind.algorithm === algorithm),
        ),
      ),
    ]),
  };
}

function cellsOf(speed: Speed | undefined): string[] {
  if (!speed) return ['', '', ''];
  return [showSpread(speed.cpu), show(1 / speed.ownShare.cpu.median), show(speed.elapsed.median)];
}

/** One row for each subject, of one outage. */
export function tableOfOutage(results: readonly Borne[], place: number): Table {
  return {
    heads: [
      '',
      'good tokens rejected',
      '%',
      'bad tokens accepted',
      'requests',
      'requests in a second with calls',
      'unhandled',
    ],
    rows: results.flatMap(({ contestant, scores }) => {
      const score = scores[place];
      return score ? [[contestant.name, ...cellsOfScore(score)]] : [];
    }),
  };
}

function cellsOfScore(score: Score): string[] {
  return [
    format(score.goodRejected, 0),
    format((score.goodRejected / score.good) * 100, 1),
    format(score.badAccepted, 0),
    format(score.requests, 0),
    format(score.requestsWithCalls / score.secondsWithCalls, 2),
    format(score.unhandled, 0),
  ];
}

export function writeReport(findings: Findings, date: Date): string {
  const { speed, outages, borne, targets, rivals } = findings;
  return `${[
    '# Verifying: results',
    `${describeRun(date)} By \`npm run verify --prefix bench\`. [What is measured, and how](../README.md#verifying).`,
    '## What verifying a token costs',
    'CPU time of the process for a verification, one after the other, with the keys held: the median of the processes (min..max). *Times ours* is taken within a process. *Elapsed* is the time until the answer.',
    '![What verifying a token costs](verify.svg)',
    '### A seen token',
    'The same token again, as machines send it for minutes. This library and those named *with a cache* remember what they have verified.',
    asMarkdown(tableOfSpeed(speed, true)),
    '### A new token',
    'Another one each time.',
    asMarkdown(tableOfSpeed(speed, false)),
    '## The key endpoint is down',
    'In virtual time, 100 calls a second with RS256: 90 with good tokens and 10 with bad ones, whose signature belongs to another token. The outage begins a minute after the first keys were fetched; the endpoint then answers 503.',
    ...outages.flatMap((outage, place) => [
      `### For ${outage.title}`,
      describeSample(outage, borne[0]?.scores[place]),
      asMarkdown(tableOfOutage(borne, place)),
    ]),
    '## Targets',
    targets.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
    ...(rivals.length > 0
      ? ['## Peers that come close, or are faster', rivals.map((line) => `- ${line}`).join('\n')]
      : []),
    `Versions: ${versions()}.`,
  ].join('\n\n')}\n`;
}

function describeSample({ everyS }: Outage, score: Score | undefined): string {
  const calls = score
    ? ` ${format(score.good, 0)} calls with good tokens, ${format(score.bad, 0)} with bad ones.`
    : '';
  if (everyS === 1) return `Calls in each second:${calls}`;
  return `A sample: all calls of one second in each ${everyS}, and two every 5 s in between, one with a bad token, so that *requests* of those who ask only when called would be more, up to ${everyS} times as many.${calls}`;
}

/** Of RS256. */
export function drawChart(results: readonly Speed[]): string {
  return drawBars({
    title: 'What verifying a token costs',
    subtitle: 'µs of CPU time, RS256. This library in blue.',
    bars: results
      .filter(({ kind }) => kind.algorithm === 'RS256')
      .map(({ contestant: { name, isOwn }, kind: { isSeen }, cpu: { median } }) => ({
        name: `${name}, ${isSeen ? 'seen' : 'new'}`,
        value: median,
        label: show(median),
        isOwn,
      })),
    isLogarithmic: true,
  });
}
