/** What was measured with so many clients. */
export interface Point {
  readonly clients: number;
  readonly value: number;
}

/** With fewer, what a provider and its first calls cost once shows more than what each client does. */
export const GROWS_FROM = 1_000;

/** The `e` of n^e that fits best: 0 where the number of clients makes no difference, 1 where twice as many cost twice as much. */
export function exponentOf(points: readonly Point[]): number {
  const logs = points
    .filter(({ clients }) => clients >= GROWS_FROM)
    .map(({ clients, value }) => ({ x: Math.log(clients), y: Math.log(value) }));
  const x = mean(logs.map((log) => log.x));
  const y = mean(logs.map((log) => log.y));
  const slope = logs.reduce((sum, log) => sum + (log.x - x) * (log.y - y), 0);
  return slope / logs.reduce((sum, log) => sum + (log.x - x) ** 2, 0);
}

/** The order of growth, with the exponent it was read from; nothing for a single point. */
export function describeGrowth(points: readonly Point[]): string {
  const exponent = exponentOf(points);
  if (Number.isNaN(exponent)) return '';
  const order = exponent < 0.15 ? 'O(1)' : exponent < 0.85 ? 'less than O(n)' : 'O(n)';
  return `${order}, n^${exponent.toFixed(2)}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
