import type { Promised } from '../day/promises.js';
import { show } from '../shared/spread.js';
import { CALLS, MOST } from './contestants.js';
import type { Result } from './measure.js';

const MOST_TIMES_FLOOR = 1.1;
const MOST_TIMES_FLOOR_KEYED = 2;
const MOST_TIMES_FOR_HOLDING_MANY = 1.1;

/** What became of each target. All are for calls to one client: those that go round many are as slow as memory is. */
export function judge(results: readonly Result[]): Promised[] {
  const toOne = results.filter(({ contestant }) => contestant.asked === 1);
  const ofCalls = (...calls: string[]) => toOne.filter(({ contestant }) => calls.includes(contestant.name));
  const worst = (...calls: string[]) => Math.max(...ofCalls(...calls).map(timesFloor));
  const plain = worst(CALLS.plain, CALLS.measured, CALLS.handle);
  const keyed = worst(CALLS.keyed, CALLS.keyedAgain, CALLS.keyedDefault);
  const many = growth(ofCalls(CALLS.handle));
  return [
    {
      words: `getToken(), with metrics or without, and handles: at most ${MOST_TIMES_FLOOR} times the floor (${show(plain)}).`,
      isKept: plain <= MOST_TIMES_FLOOR,
    },
    {
      words: `getToken({ clientId, region }): at most ${MOST_TIMES_FLOOR_KEYED} times the floor (${show(keyed)}).`,
      isKept: keyed <= MOST_TIMES_FLOOR_KEYED,
    },
    {
      words: `Handles: with 100,000 clients held within 10 % of the time with one (${show(many)} times as long).`,
      isKept: many <= MOST_TIMES_FOR_HOLDING_MANY,
    },
  ];
}

/** Both in floors of their own process, since the machine may be slower one time than another. */
function growth(handles: readonly Result[]): number {
  const one = handles.find(({ contestant }) => contestant.held === 1);
  const most = handles.find(({ contestant }) => contestant.held === MOST);
  return one && most ? timesFloor(most) / timesFloor(one) : Number.NaN;
}

function timesFloor(result: Result): number {
  return result.timesFloor.median;
}
