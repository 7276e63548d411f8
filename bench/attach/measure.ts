import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runChild } from '../shared/run-child.js';
import { type Spread, spreadOf } from '../shared/spread.js';
import { type Contestant, kinds } from './contestants.js';
import type { Figures } from './run-kind.js';

/** All in µs a request: the median of what the processes found. */
export interface Result {
  readonly contestant: Contestant;
  readonly plain: Spread;
  /** CPU time of an attached request beyond that of a plain one. */
  readonly overhead: Spread;
  /** The same of a second plain one: what such a figure is off by. */
  readonly control: Spread;
  /** Elapsed, without a token. */
  readonly roundTrip: Spread;
}

/** Collections of garbage fall on whoever is under way: so there are fewer. */
const FLAGS = ['--max-semi-space-size=64'];

export interface Plan {
  readonly processes: number;
  readonly rounds: number;
  /** By so many characters tokens are longer than they need to be. */
  readonly padding: number;
}

/** Several processes for each kind, and all kinds in between: what is compiled differs from process to process. */
export async function measureAll(
  contestants: readonly Contestant[],
  { processes, rounds, padding }: Plan,
): Promise<Result[]> {
  const server = fork(fileURLToPath(new URL('./api-server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const [origin] = (await once(server, 'message')) as [string];
  const script = new URL('./run-kind.ts', import.meta.url);
  const figures = new Map<string, Figures[]>(kinds.map((kind) => [kind, []]));
  for (let pass = 0; pass < processes; pass += 1) {
    for (const [kind, all] of figures)
      all.push(await runChild(script, [kind, origin, `${rounds}`, `${padding}`], FLAGS));
  }
  server.disconnect();
  return contestants.map((contestant) => summarize(contestant, figures.get(contestant.kind) ?? []));
}

function summarize(contestant: Contestant, all: readonly Figures[]): Result {
  return {
    contestant,
    plain: spreadOf(all.map(({ plain }) => plain)),
    overhead: spreadOf(all.map(({ overheads }) => overheads[contestant.name] ?? Number.NaN)),
    control: spreadOf(all.map(({ control }) => control)),
    roundTrip: spreadOf(all.map(({ roundTrip }) => roundTrip)),
  };
}
