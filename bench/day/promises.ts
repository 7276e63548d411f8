import { columns, roundedValue } from './columns.js';
import type { Result } from './launch.js';
import { scenarios } from './scenarios.js';
import { emptyScore, type Score } from './score.js';

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

/** What became of each promise. */
export function judge({ scores }: Result): Promised[] {
  const score = (name: string): Score => scores.get(name) ?? emptyScore();
  const all = [...scores.values()];
  const unnoticed = scenarios.filter(
    ({ name, outageSeconds = Number.POSITIVE_INFINITY }) =>
      ['calm', 'failing', 'secret'].includes(name) || outageSeconds <= UNNOTICED_OUTAGE_SECONDS,
  );
  const requestsPerMinute = figure('requests/min down (most)', score(LONG_OUTAGE));
  const recovery = figure('worst (s)', score(LONG_OUTAGE));
  const busiest = figure('busiest, hour 6', score('fleet'));
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
      words: `500 processes: at most ${MOST_REQUESTS_PER_SECOND} token requests in the busiest second of hour 6 (${busiest}).`,
      isKept: busiest <= MOST_REQUESTS_PER_SECOND,
    },
  ];
}

function figure(head: string, score: Score): number {
  const column = columns.find((candidate) => candidate.head === head);
  return (column && roundedValue(column, score)) ?? Number.NaN;
}
