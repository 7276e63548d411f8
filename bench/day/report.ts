import { columns } from './columns.js';
import { versionOf } from './contestants.js';
import type { Result } from './launch.js';
import type { Promised } from './promises.js';
import { scenarios } from './scenarios.js';
import { asMarkdown, makeTable } from './table.js';

export interface Findings {
  readonly results: readonly Result[];
  readonly promises: readonly Promised[];
  readonly exceptions: readonly string[];
}

/** RESULTS.md: what the whole run found. */
export function writeReport({ results, promises, exceptions }: Findings, date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return `${[
    '# A day of traffic: results',
    `Made on ${day} with Node.js ${process.version} by \`npm run day --prefix bench\`. [What is measured, and how](../README.md).`,
    '![Callers per hour who waited or failed, by the length of the outage](day.svg)',
    ...scenarios.flatMap((scenario) => {
      const { title, note } = scenario;
      return [`## ${title}`, note, asMarkdown(makeTable(scenario, results))];
    }),
    '## Columns',
    'Less is better. Of token requests that is a matter of outages and herds; otherwise they are cheap.',
    columns.map(({ head, meaning }) => `- **${head}**: ${meaning}.`).join('\n'),
    '## Promises of this library',
    promises.map(({ words, isKept }) => `- ${isKept ? 'kept' : '**broken**'}: ${words}`).join('\n'),
    '## Where another does better',
    'In any column of any scenario; the number of token requests is not compared. In parentheses: callers who waited or failed in that scenario. [Why these remain](../README.md#where-another-does-better).',
    exceptions.map((words) => `- ${words}`).join('\n') || 'Nowhere.',
    '## Versions',
    results.map(({ contestant }) => `- ${contestant.name} ${versionOf(contestant)}`.trimEnd()).join('\n'),
  ].join('\n\n')}\n`;
}
