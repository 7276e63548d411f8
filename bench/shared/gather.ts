import { asMarkdown } from '../day/table.js';
import { dayInShort } from './day-in-short.js';
import { describeRun } from './machine.js';

/** The RESULTS.md of one bench. */
export interface Found {
  readonly bench: string;
  readonly text: string;
}

/** One page of all that was found. Of the day, which has many tables, only the headlines. */
export function gather(found: readonly Found[], date: Date): string {
  return `${[
    '# Results',
    `${describeRun(date)} \`npm run all --prefix bench\` makes this page anew. [What is measured, and how](README.md).`,
    ...found.map(({ bench, text }) => (bench === 'day' ? shortenDay(text) : adopt(bench, text))),
  ].join('\n\n')}\n`;
}

function shortenDay(text: string): string {
  return [
    '## A day of traffic',
    'One call a second in virtual time, tokens of 600 s; in some scenarios one outage an hour. [All of it, and where another does better](day/RESULTS.md).',
    '![Callers per hour who waited or failed, by the length of the outage](day/day.svg)',
    asMarkdown(dayInShort(text)),
  ].join('\n\n');
}

/** Every heading one level down, and what its links lead to one folder down. */
function adopt(bench: string, text: string): string {
  return text
    .trim()
    .replaceAll(/^#(?=#* )/gm, '##')
    .replaceAll(/\]\((?!https?:|#)(\.\.\/)?/g, (_, up?: string) => (up ? '](' : `](${bench}/`));
}
