import { columns, roundedValue } from './columns.js';
import type { Result } from './launch.js';
import { scenarios } from './scenarios.js';
import { emptyScore, type Score } from './score.js';
import { USUAL_ANSWER_MS } from './token-endpoint.js';

/** Something that the library holds to, in any run of the bench. */
export interface Promised {
  readonly words: string;
  readonly isKept: boolean;
}

const UNNOTICED_OUTAGE_SECONDS = 240;
const LONG_OUTAGE = 'outage-480';
const MOST_REQUESTS_PER_MINUTE = 8;
const LONGEST_RECOVERY_SECONDS = 5;
const MOST_REQUESTS_PER_SECOND = 20;
/** Of the day of a server that gives the same token until its end. */
const LIFETIMES = 144;
const MOST_REQUESTS_A_LIFETIME = 3;

/** What became of each promise. */
export function judge({ scores }: Result): Promised[] {
  const score = (name: string): Score => scores.get(name) ?? emptyScore();
  const all = [...scores.values()];
  const unnoticed = scenarios.filter(
    ({ name, outageSeconds = Number.POSITIVE_INFINITY }) =>
      ['calm', 'failing', 'missing', 'secret'].includes(name) || outageSeconds <= UNNOTICED_OUTAGE_SECONDS,
  );
  const requestsPerMinute = figure('requests/min down (most)', score(LONG_OUTAGE));
  const recovery = figure('worst (s)', score(LONG_OUTAGE));
  const busiestAtFirst = figure('busiest, hour 1', score('fleet'));
  const busiest = figure('busiest, hour 6', score('fleet'));
  const caching = score('caching');
  return [
    {
      words: 'No expired token is handed out in any scenario, also after the clock was set back.',
      isKept: all.every(({ expired }) => expired === 0),
    },
    {
      words: 'There is no unhandled rejection in any scenario.',
      isKept: all.every(({ unhandled }) => unhandled === 0),
    },
    ...unnoticed.map(({ name, title }) => ({
      words: `${title}: nobody waits or fails, the first token aside.`,
      isKept: score(name).disturbed === 0,
    })),
    {
      words: `The same token until its end: nobody fails, and nobody waits for longer than one request (${caching.longestWaitMs / 1_000} s).`,
      isKept: caching.failed === 0 && caching.longestWaitMs <= USUAL_ANSWER_MS,
    },
    {
      words: `The same token until its end: at most ${MOST_REQUESTS_A_LIFETIME} token requests a lifetime (${caching.requests} in ${LIFETIMES} lifetimes).`,
      isKept: caching.requests <= MOST_REQUESTS_A_LIFETIME * (LIFETIMES + 1),
    },
    {
      words: '30 % of answers 503: the first token comes without an error to a caller.',
      isKept: score('failing').failedAtFirst === 0,
    },
    {
      words: `Outages of 480 s: at most ${MOST_REQUESTS_PER_MINUTE} token requests per minute (${requestsPerMinute}).`,
      isKept: requestsPerMinute <= MOST_REQUESTS_PER_MINUTE,
    },
    {
      words: `Outages of 480 s: recovery within ${LONGEST_RECOVERY_SECONDS} s (${recovery} at worst).`,
      isKept: recovery <= LONGEST_RECOVERY_SECONDS,
    },
    {
      words: `500 processes: at most ${MOST_REQUESTS_PER_SECOND} token requests in the busiest second of hour 1 (${busiestAtFirst}).`,
      isKept: busiestAtFirst <= MOST_REQUESTS_PER_SECOND,
    },
    {
      words: `500 processes: at most ${MOST_REQUESTS_PER_SECOND} token requests in the busiest second of hour 6 (${busiest}).`,
      isKept: busiest <= MOST_REQUESTS_PER_SECOND,
    },
  ];
}

function figure(head: string, score: Score): number {
  const column = columns.find((candidate) => candidate.head === head);
  return (column && roundedValue(column, score)) ?? Number.NaN;
}
