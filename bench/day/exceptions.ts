import { type Column, columns, format, roundedValue } from './columns.js';
import { LIBRARY } from './contestants.js';
import type { Result } from './launch.js';
import { type Scenario, scenarios } from './scenarios.js';

/**
 * Where another contestant does better than this library, in words, and how many callers each disturbed there. The number
 * of token requests is no matter.
 */
export function listExceptions(results: readonly Result[]): string[] {
  const own = results.find(({ contestant }) => contestant.name === LIBRARY);
  const others = results.filter((result) => result !== own);
  if (!own) return [];
  return scenarios.flatMap((scenario) =>
    columns
      .filter(({ isNeutral }) => !isNeutral)
      .flatMap((column) => compare(scenario, column, own, others) ?? []),
  );
}

function compare(
  scenario: Scenario,
  column: Column,
  own: Result,
  others: readonly Result[],
): string | undefined {
  const figureOf = ({ scores }: Result): number | undefined => {
    const score = scores.get(scenario.name);
    return score && roundedValue(column, score);
  };
  const mine = figureOf(own);
  if (mine === undefined) return undefined;
  const better = others.flatMap((other) => {
    const theirs = figureOf(other);
    return theirs !== undefined && theirs < mine ? [describe(other, theirs)] : [];
  });
  if (better.length === 0) return undefined;
  return `${scenario.title}, ${column.head}: ${describe(own, mine, 'here')}; ${better.join(', ')}.`;

  function describe({ contestant, scores }: Result, figure: number, name = contestant.name): string {
    const { disturbed = 0 } = scores.get(scenario.name) ?? {};
    return `${name} ${format(figure, column.digits)} (${format(disturbed, 0)})`;
  }
}
