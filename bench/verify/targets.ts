import type { Promised } from '../day/promises.js';
import { show } from '../shared/spread.js';
import { YARDSTICK } from './contestants.js';
import type { Borne } from './outages/measure.js';
import type { Outage } from './outages/outage.js';
import { kinds, type Speed } from './speed/measure.js';
import type { Kind } from './speed/plan.js';

/** µs. */
const MOST_SEEN = 3;
const TIMES_AS_FAST = 15;
/** Beside jose. */
const MOST_NEW = 1.05;

/** What became of the targets of speed. */
export function judgeSpeed(results: readonly Speed[]): Promised[] {
  return kinds.flatMap((kind) => {
    const all = results.filter((result) => result.kind === kind);
    return kind.isSeen ? judgeSeen(kind, all) : judgeNew(kind, all);
  });
}

function judgeSeen({ algorithm }: Kind, all: readonly Speed[]): Promised[] {
  const own = all.find(({ contestant }) => contestant.isOwn)?.cpu.median ?? Number.NaN;
  const fastest = fastestOf(all.filter(({ contestant }) => !contestant.remembers));
  const times = 1 / (fastest?.ownShare.cpu.median ?? Number.NaN);
  return [
    {
      words: `A seen token, ${algorithm}: at most ${MOST_SEEN} µs (${show(own)}).`,
      isKept: own <= MOST_SEEN,
    },
    {
      words: `A seen token, ${algorithm}: at least ${TIMES_AS_FAST} times as fast as the fastest that verifies it anew, ${fastest?.contestant.name} (${show(times)} times).`,
      isKept: times >= TIMES_AS_FAST,
    },
  ];
}

function judgeNew({ algorithm }: Kind, all: readonly Speed[]): Promised[] {
  const { cpu, elapsed } = all.find(({ contestant }) => contestant.name === YARDSTICK)?.ownShare ?? {};
  const [ofCpu = Number.NaN, ofTime = Number.NaN] = [cpu?.median, elapsed?.median];
  return [
    {
      words: `A new token, ${algorithm}: at most ${MOST_NEW} times what ${YARDSTICK} takes (${show(ofCpu)} times in CPU time, ${show(ofTime)} elapsed).`,
      isKept: ofCpu <= MOST_NEW && ofTime <= MOST_NEW,
    },
  ];
}

/** What became of the targets of outages. */
export function judgeOutages(results: readonly Borne[], outages: readonly Outage[]): Promised[] {
  const own = results.find(({ contestant }) => contestant.isOwn);
  return outages.map(({ title }, place) => {
    const { good = 0, goodRejected, badAccepted, unhandled } = own?.scores[place] ?? {};
    return {
      words: `An outage of ${title}: no good token is rejected (${goodRejected} of ${good}), no bad one accepted (${badAccepted}), and nothing is unhandled (${unhandled}).`,
      isKept: good > 0 && goodRejected === 0 && badAccepted === 0 && unhandled === 0,
    };
  });
}

/** Peers that are at least as good as this library, said plainly. */
export function listRivals(results: readonly Speed[]): string[] {
  return kinds.flatMap((kind) =>
    results
      .filter((result) => result.kind === kind && !result.contestant.isOwn)
      .filter(
        ({ contestant, ownShare }) =>
          ownShare.cpu.median > 1 || isClose(contestant.remembers, kind, ownShare.cpu.median),
      )
      .map(({ contestant, ownShare }) => {
        const times = show(1 / ownShare.cpu.median);
        return `${nameOf(kind)}: ${contestant.name} takes ${times} times as long as this library.`;
      }),
  );
}

/** Remembers a token, too: such a peer is no part of the target of a seen token. */
function isClose(remembers: boolean, { isSeen }: Kind, ownShare: number): boolean {
  return remembers && isSeen && ownShare > 1 / TIMES_AS_FAST;
}

export function nameOf({ algorithm, isSeen }: Kind): string {
  return `${isSeen ? 'A seen token' : 'A new token'}, ${algorithm}`;
}

function fastestOf(results: readonly Speed[]): Speed | undefined {
  return [...results].sort((one, other) => one.cpu.median - other.cpu.median)[0];
}
