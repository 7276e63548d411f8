import { type Bar, drawBars } from '../shared/bar-chart.js';
import { show, spreadOf } from '../shared/spread.js';
import type { Result } from './measure.js';
import { title } from './tables.js';

/** One bar for each call of this library. */
export function drawCalls(results: readonly Result[]): string {
  const bars = results.map((result) => {
    const { name, held, asked } = result.contestant;
    const round = asked > 1 ? `, round ${asked.toLocaleString('en')}` : '';
    return makeBar(result, `${name} of ${held.toLocaleString('en')}${round}`);
  });
  return drawBars({
    title: 'A call of m2m-token-provider, in times of awaiting a settled promise',
    subtitle: 'With the number of clients held, and of those asked for where it is more than one.',
    bars,
    isLogarithmic: true,
    mark: floorOf(results),
  });
}

/** The quickest first. */
export function drawOthers(own: readonly Result[], others: readonly Result[]): string {
  const sorted = [...own, ...others].sort((one, other) => one.timesLimit.median - other.timesLimit.median);
  const bars = sorted.map((result) => {
    const { contestant } = result;
    const tokens = contestant.held > 1 ? `, ${contestant.held.toLocaleString('en')} tokens` : '';
    return makeBar(result, `${title(contestant).replace(/^.*: /, '')}${tokens}`);
  });
  return drawBars({
    title: 'A call with a fresh token, in times of awaiting a settled promise',
    subtitle: 'This library in blue.',
    bars,
    isLogarithmic: true,
    mark: floorOf(own),
  });
}

function makeBar({ contestant, ns, timesLimit }: Result, name: string): Bar {
  const { median } = timesLimit;
  return { name, value: median, label: `${show(median)} (${show(ns.median)} ns)`, isOwn: contestant.isOwn };
}

/** Of the processes that hold one token, in times of their limit. */
function floorOf(results: readonly Result[]): { value: number; name: string } {
  const ratios = results
    .filter(({ contestant }) => contestant.held === 1)
    .map(({ floor, limit }) => floor.ns.median / limit.ns.median);
  return { value: spreadOf(ratios).median, name: 'the floor' };
}
