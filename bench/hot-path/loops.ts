import type { Ask, Look, Way } from './way.js';
import type { Floor, Yardsticks } from './yardsticks.js';

/** Does the same so many times, going round all places. */
export type Loop = (times: number) => Promise<void>;

export interface Loops {
  readonly limit: Loop;
  readonly floor: Loop;
  readonly subject: Loop;
}

/** Keeps what was got in use, so that the compiler cannot leave it out. */
export const kept: { last: unknown } = { last: undefined };

// Three times the same, on purpose: shared, it would be compiled for all that it is used with, and so well for none.

export function makeLoops(way: Way, { settled, floors }: Yardsticks): Loops {
  const { length } = floors;
  return {
    limit: (times) => awaitSettled(settled, times),
    floor: (times) => askFloors(floors, times),
    subject: (times) => ('ask' in way ? ask(way.ask, length, times) : look(way.look, length, times)),
  };
}

async function awaitSettled(settled: readonly Promise<string>[], times: number): Promise<void> {
  let place = 0;
  for (let turn = 0; turn < times; turn += 1) {
    kept.last = await settled[place];
    place = place + 1 === settled.length ? 0 : place + 1;
  }
}

async function askFloors(floors: readonly Floor[], times: number): Promise<void> {
  let place = 0;
  for (let turn = 0; turn < times; turn += 1) {
    kept.last = await (floors[place] as Floor).getToken();
    place = place + 1 === floors.length ? 0 : place + 1;
  }
}

async function ask(subject: Ask, length: number, times: number): Promise<void> {
  let place = 0;
  for (let turn = 0; turn < times; turn += 1) {
    kept.last = await subject(place);
    place = place + 1 === length ? 0 : place + 1;
  }
}

async function look(subject: Look, length: number, times: number): Promise<void> {
  let place = 0;
  for (let turn = 0; turn < times; turn += 1) {
    kept.last = subject(place);
    place = place + 1 === length ? 0 : place + 1;
  }
}
