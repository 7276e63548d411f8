import type { Table } from '../day/table.js';

/** The headlines: which column of which scenario, and what it is called here. */
const HEADLINES = [
  { scenario: 'Calm', column: 'waited', head: 'calm: waited' },
  { scenario: 'Outages of 240 s', column: 'waited', head: '240 s: waited' },
  { scenario: 'Outages of 240 s', column: 'failed', head: '240 s: failed' },
  { scenario: 'Outages of 480 s', column: 'failed', head: '480 s: failed' },
  { scenario: 'Clock set back', column: 'expired', head: 'clock set back: dead tokens' },
  {
    scenario: '500 processes started together',
    column: 'busiest, hour 6',
    head: '500 processes: requests in 1 s',
  },
] as const;

/** Made from day/RESULTS.md. */
export function dayInShort(results: string): Table {
  const columns = HEADLINES.map(({ scenario, column }) => readColumn(results, scenario, column));
  const names = [...(columns[0]?.keys() ?? [])];
  return {
    heads: ['', ...HEADLINES.map(({ head }) => head)],
    rows: names.map((name) => [name, ...columns.map((column) => column.get(name) ?? '')]),
  };
}

/** By the names of the contestants. */
function readColumn(results: string, scenario: string, column: string): Map<string, string> {
  const [, section = ''] = results.split(`\n## ${scenario}\n`);
  const [heads = [], , ...rows] = section
    .split('\n## ', 1)
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const place = heads.indexOf(column);
  if (place < 0) throw new Error(`day/RESULTS.md has no column ${column} for ${scenario}.`);
  return new Map(rows.map((row) => [row[0] ?? '', row[place] ?? '']));
}
