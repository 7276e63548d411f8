import { type Column, columns, show } from './columns.js';
import type { Result } from './launch.js';
import type { Scenario } from './scenarios.js';
import type { Score } from './score.js';

/** Heads and rows of one scenario: the names of the contestants, and what they scored. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function makeTable({ name }: Scenario, results: readonly Result[]): Table {
  const scored = results.flatMap(({ contestant, scores }) => {
    const score = scores.get(name);
    return score ? [{ name: contestant.name, score }] : [];
  });
  const shown = columns.filter((column) =>
    isShown(
      column,
      scored.map(({ score }) => score),
    ),
  );
  return {
    heads: ['', ...shown.map(({ head }) => head)],
    rows: scored.map((entry) => [entry.name, ...shown.map((column) => show(column, entry.score))]),
  };
}

/** For the terminal. */
export function asText({ heads, rows }: Table): string {
  const widths = heads.map((head, place) =>
    Math.max(head.length, ...rows.map((row) => row[place]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, place) => (place === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[place] ?? 0)))
      .join('  ');
  return [line(heads), ...rows.map(line)].join('\n');
}

export function asMarkdown({ heads, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const ruler = heads.map((_, place) => (place === 0 ? '---' : '---:'));
  return [line(heads), line(ruler), ...rows.map(line)].join('\n');
}

function isShown({ value, isRare }: Column, scores: readonly Score[]): boolean {
  return scores.some((score) => {
    const figure = value(score);
    return figure !== undefined && !(isRare && figure === 0);
  });
}
