import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runChild } from '../shared/run-child.js';
import { type Spread, spreadOf } from '../shared/spread.js';
import type { Contestant } from './contestants.js';
import type { Figures } from './run-contestant.js';

/** All in µs a request. */
export interface Result {
  readonly contestant: Contestant;
  readonly plain: Spread;
  /** What the attached one takes more, in each round. */
  readonly overhead: Spread;
  /** Elapsed, without a token. */
  readonly roundTrip: Spread;
}

/** Several processes of each, and all of them in between: what is compiled differs from process to process. */
export async function measureAll(
  contestants: readonly Contestant[],
  processes: number,
  rounds: number,
): Promise<Result[]> {
  const server = fork(fileURLToPath(new URL('./api-server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const [origin] = (await once(server, 'message')) as [string];
  const script = new URL('./run-contestant.ts', import.meta.url);
  const figures = new Map<Contestant, Figures[]>(contestants.map((contestant) => [contestant, []]));
  for (let pass = 0; pass < processes; pass += 1) {
    for (const [contestant, all] of figures)
      all.push(await runChild(script, [contestant.file, origin, String(rounds)]));
  }
  server.disconnect();
  return [...figures].map(([contestant, all]) => summarize(contestant, all));
}

function summarize(contestant: Contestant, all: readonly Figures[]): Result {
  // The median of each process, since the figures within one hang together.
  const differences = all.map(({ plain, attached }) =>
    spreadOf(attached.map((figure, round) => figure - (plain[round] ?? Number.NaN))),
  );
  return {
    contestant,
    plain: spreadOf(all.flatMap(({ plain }) => plain)),
    overhead: spreadOf(differences.map(({ median }) => median)),
    roundTrip: spreadOf(all.flatMap(({ roundTrip }) => roundTrip)),
  };
}
