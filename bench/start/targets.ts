import type { Promised } from '../day/promises.js';
import { show } from '../shared/spread.js';
import type { Result } from './measure.js';

/** Medians of the same run, which a busy machine slows alike. */
const RATIOS: readonly Ratio[] = [
  { what: 'Import', timeOf: ({ importMs }) => importMs?.median, peer: 'google-auth-library', atMost: 0.45 },
  { what: 'First token', timeOf: firstToken, peer: 'google-auth-library', atMost: 0.9 },
  { what: 'First token', timeOf: firstToken, peer: 'hand-written cache', atMost: 2 },
];

interface Ratio {
  readonly what: string;
  readonly timeOf: (result: Result) => number | undefined;
  readonly peer: string;
  readonly atMost: number;
}

/** The other subjects that a target names. */
export const namedPeers: readonly string[] = RATIOS.map(({ peer }) => peer);

/** What became of each target of this library. */
export function judge(own: Result, all: readonly Result[]): Promised[] {
  // It is loaded sooner or later: otherwise looking for it would tell nothing.
  if (!own.axios) throw new Error('axios was never seen.');
  return [
    ...RATIOS.map((ratio) => judgeRatio(ratio, own, all)),
    { words: 'axios is not loaded before the first token request.', isKept: own.axios === 'after' },
  ];
}

function judgeRatio({ what, timeOf, peer, atMost }: Ratio, own: Result, all: readonly Result[]): Promised {
  const other = all.find(({ contestant }) => contestant.name === peer);
  const ratio = (timeOf(own) ?? Number.NaN) / ((other && timeOf(other)) ?? Number.NaN);
  return {
    words: `${what}: at most ${atMost} times that of ${peer} (${show(ratio)}).`,
    isKept: ratio <= atMost,
  };
}

function firstToken({ firstTokenMs }: Result): number {
  return firstTokenMs.median;
}
