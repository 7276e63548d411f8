import { count } from '../scale/tables/titled-table.js';
import { type Bar, drawBars } from '../shared/bar-chart.js';
import type { Simulated } from './simulated/measure.js';
import { CALM } from './simulated/scenarios.js';

/** An SVG: what the authorization server bears of a fleet, by its size, with a store and without. */
export function drawChart(results: readonly Simulated[]): string {
  return drawBars({
    title: 'Token requests per hour, by the number of processes',
    subtitle: 'Tokens of 600 s, all calm. With a shared store in blue.',
    bars: results.filter(({ scenario }) => scenario === CALM).map(makeBar),
    isLogarithmic: true,
  });
}

function makeBar({ plan: { processes, hasStore }, outcome: { requests } }: Simulated): Bar {
  return {
    name: `${count(processes)}, ${hasStore ? 'shared store' : 'each for itself'}`,
    value: requests,
    label: count(requests),
    isOwn: hasStore,
  };
}
