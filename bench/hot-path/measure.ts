import { type Spread, spreadOf } from '../shared/spread.js';
import { type Contestant, MOST } from './contestants.js';
import { launch } from './launch.js';
import type { Figures } from './run-contestant.js';
import type { Pace } from './timing.js';

/** What a contestant's call costs, over all rounds of all its processes. */
export interface Result {
  readonly contestant: Contestant;
  readonly ns: Spread;
  /** Times the limit, and times the floor, each of the same round. */
  readonly timesLimit: Spread;
  readonly timesFloor: Spread;
  /** Beyond what `await` itself allocates, where the call is awaited. */
  readonly bytes: number;
  /** Those of the same processes. */
  readonly limit: { readonly ns: Spread; readonly bytes: number };
  readonly floor: { readonly ns: Spread; readonly bytes: number };
}

export interface Effort extends Pace {
  /** Of each contestant: what a compiler makes of the same code differs from process to process. */
  readonly processes: number;
}

/** Runs each contestant several times over, and all of them in between. */
export async function measureAll(
  contestants: readonly Contestant[],
  { processes, ...pace }: Effort,
  onDone: (contestant: Contestant) => void,
): Promise<Result[]> {
  const figures = new Map<Contestant, Figures[]>(contestants.map((contestant) => [contestant, []]));
  for (let pass = 0; pass < processes; pass += 1) {
    for (const contestant of contestants) {
      // Getting so many tokens takes long.
      if (contestant.held === MOST && pass > 0) continue;
      figures.get(contestant)?.push(await launch(contestant, pace));
      onDone(contestant);
    }
  }
  return [...figures].map(([contestant, all]) => summarize(contestant, all));
}

function summarize(contestant: Contestant, all: readonly Figures[]): Result {
  const ns = (name: 'limit' | 'floor' | 'subject') => all.flatMap((figures) => figures[name]);
  const bytes = (name: 'limit' | 'floor' | 'subject') =>
    spreadOf(all.map((figures) => figures.bytes[name])).median;
  const times = (name: 'limit' | 'floor') => {
    const yardstick = ns(name);
    return spreadOf(ns('subject').map((value, round) => value / (yardstick[round] ?? Number.NaN)));
  };
  const none = bytes('limit');
  const isAwaited = all.every((figures) => figures.isAwaited);
  return {
    contestant,
    ns: spreadOf(ns('subject')),
    timesLimit: times('limit'),
    timesFloor: times('floor'),
    bytes: bytes('subject') - (isAwaited ? none : 0),
    limit: { ns: spreadOf(ns('limit')), bytes: none },
    floor: { ns: spreadOf(ns('floor')), bytes: bytes('floor') - none },
  };
}
