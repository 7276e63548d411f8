import type { Score } from './score.js';

/** A column of the tables. Less is better. */
export interface Column {
  readonly head: string;
  readonly meaning: string;
  readonly digits: number;
  /** `undefined` where the column says nothing about the scenario. */
  readonly value: (score: Score) => number | undefined;
  /** A second figure, in parentheses. */
  readonly most?: (score: Score) => number;
  /** Left out where every contestant has 0. */
  readonly isRare?: boolean;
  /** Not a matter of better or worse. */
  readonly isNeutral?: boolean;
}

export const columns: readonly Column[] = [
  {
    head: 'waited',
    meaning:
      'callers who were not answered, with a token or an error, within the virtual instant in which they asked',
    digits: 0,
    value: ({ waited }) => waited,
  },
  {
    head: 'failed',
    meaning: 'callers who got an error, or nothing at all',
    digits: 0,
    value: ({ failed }) => failed,
  },
  {
    head: 'expired',
    meaning: 'tokens handed out when their true age was 600 s or more',
    digits: 0,
    value: ({ expired }) => expired,
  },
  {
    head: 'longest wait (s)',
    meaning: 'of any caller, for a token or for an error',
    digits: 1,
    value: ({ longestWaitMs }) => longestWaitMs / 1_000,
  },
  {
    head: 'requests',
    meaning: 'token requests that reached the server',
    digits: 0,
    value: ({ requests }) => requests,
    isNeutral: true,
  },
  {
    head: 'requests/min down (most)',
    meaning:
      'token requests per minute while the server was down, over all outages (in the outage with the most)',
    digits: 1,
    value: ({ outages }) => ifAny(outages, () => sum(outages, 'requests') / sum(outages, 'minutes')),
    most: ({ outages }) => Math.max(...outages.map(({ requests, minutes }) => requests / minutes)),
  },
  {
    head: 'recovery (s)',
    meaning:
      "from the server's return until a caller got a token; 0 where nobody waited and the last caller had been served. Mean over all outages",
    digits: 1,
    value: ({ outages }) => ifAny(outages, () => sum(outages, 'recoveryMs') / outages.length / 1_000),
  },
  {
    head: 'worst (s)',
    meaning: 'the longest recovery',
    digits: 1,
    value: ({ outages }) =>
      ifAny(outages, () => Math.max(...outages.map(({ recoveryMs }) => recoveryMs)) / 1_000),
  },
  {
    head: 'busiest, hour 1',
    meaning: 'token requests in the busiest second of the first hour, without the second of the start',
    digits: 0,
    value: ({ busiest }) => busiest?.firstHour,
  },
  {
    head: 'busiest, hour 6',
    meaning: 'token requests in the busiest second of the sixth hour',
    digits: 0,
    value: ({ busiest }) => busiest?.lastHour,
  },
  {
    head: 'errors at first',
    meaning: 'callers who got an error before there was a first token; they count in no other column',
    digits: 0,
    value: ({ failedAtFirst }) => failedAtFirst,
    isRare: true,
  },
  {
    head: 'unhandled',
    meaning: 'unhandled rejections and exceptions: each would have ended the process',
    digits: 0,
    value: ({ unhandled }) => unhandled,
  },
];

/** As it stands in the tables: figures that look the same there are the same. */
export function roundedValue({ value, digits }: Column, score: Score): number | undefined {
  const exact = value(score);
  return exact === undefined ? undefined : Number(exact.toFixed(digits));
}

export function show(column: Column, score: Score): string {
  const value = column.value(score);
  if (value === undefined) return '';
  const most = column.most ? ` (${format(column.most(score), column.digits)})` : '';
  return `${format(value, column.digits)}${most}`;
}

export function format(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

type OutageFigure = keyof Score['outages'][number];

function sum(outages: Score['outages'], name: OutageFigure): number {
  return outages.reduce((total, outage) => total + outage[name], 0);
}

function ifAny(outages: Score['outages'], figure: () => number): number | undefined {
  return outages.length > 0 ? figure() : undefined;
}
