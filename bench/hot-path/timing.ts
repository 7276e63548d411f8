import type { Loop, Loops } from './loops.js';

export interface Pace {
  readonly rounds: number;
  /** What each loop takes of a round. */
  readonly loopMs: number;
}

/** ns a turn of each loop, one figure a round. */
export type Timings = { readonly [Name in keyof Loops]: readonly number[] };

const WARM_UP_ROUNDS = 5;
const NAMES = ['limit', 'floor', 'subject'] as const;

/** Times the loops in turn, over and over, so that whatever else the machine does disturbs them alike. */
export async function timeInTurn(loops: Loops, { rounds, loopMs }: Pace): Promise<Timings> {
  const times = new Map<Loop, number>();
  for (const name of NAMES) times.set(loops[name], await fit(loops[name], loopMs));
  const timings = { limit: [] as number[], floor: [] as number[], subject: [] as number[] };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const name of inTurn(Math.abs(round))) {
      const count = times.get(loops[name]) ?? 1;
      const ns = ((await cpuMs(loops[name], count)) * 1e6) / count;
      if (round >= 0) timings[name].push(ns);
    }
  }
  return timings;
}

/** Another one goes first each time. */
function inTurn(round: number): (typeof NAMES)[number][] {
  const first = round % NAMES.length;
  return [...NAMES.slice(first), ...NAMES.slice(0, first)];
}

/** How often the loop turns in that time, once it is compiled. */
async function fit(loop: Loop, ms: number): Promise<number> {
  let times = 16;
  let taken = await cpuMs(loop, times);
  while (taken < ms) {
    times *= 2;
    taken = await cpuMs(loop, times);
  }
  return Math.ceil((times * ms) / taken);
}

/** CPU time, which other work on the machine does not add to. */
async function cpuMs(loop: Loop, times: number): Promise<number> {
  const before = process.cpuUsage();
  await loop(times);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
