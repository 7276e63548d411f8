import type { Promised } from '../day/promises.js';
import { show, spreadOf } from '../shared/spread.js';
import type { Findings } from './measure.js';
import type { Situation, Situations } from './measurements/pauses.js';
import { MOST } from './plans.js';
import { pointsOf } from './tables/costs.js';
import { shareBeyondTimers } from './tables/renewals.js';

const MOST_KIB = 1.5;
const MOST_OF_A_CORE = 0.03;
const LONGEST_PAUSE_MS = 20;
/** What differs from process to process, for the same code and the same work. */
const SAME = 1.5;
const FEW = 1_000;

/** What became of each target. */
export function judge(findings: Findings): Promised[] {
  return [judgeMemory(findings), judgeRenewals(findings), ...judgePauses(findings), ...judgeCalls(findings)];
}

function judgeMemory({ memory }: Findings): Promised {
  const bytes = valueAt(
    MOST,
    pointsOf(memory, ({ beyondToken }) => beyondToken),
  );
  return {
    words: `100,000 clients: at most ${MOST_KIB} KiB a client beyond its token (${show(bytes / 1_024)}).`,
    isKept: bytes <= MOST_KIB * 1_024,
  };
}

function judgeRenewals({ renewals }: Findings): Promised {
  const share = shareBeyondTimers(renewals, MOST);
  return {
    words: `100,000 clients: under ${MOST_OF_A_CORE * 100} % of a core to keep their tokens of 600 s renewed (${show(share * 100)}).`,
    isKept: share < MOST_OF_A_CORE,
  };
}

function judgePauses({ pauses, operations }: Findings): Promised[] {
  const roomy = pauses.find(({ plan }) => !plan.isFull)?.result ?? {};
  const full = pauses.find(({ plan }) => plan.isFull)?.result ?? {};
  const eviction = usualBusy(full, 'at once') - usualBusy(roomy, 'at once');
  return [
    judgePause('1,000 of 100,000 fall due within a second', longestBusy(roomy, 'due')),
    judgePause('1,000 new clients displace others, one each ms', longestBusy(full, 'one by one')),
    judgePause(
      '1,000 new clients displace others, all in one turn: what displacing adds',
      Math.max(0, eviction),
    ),
    judgePause(
      '`invalidate()` among 100,000',
      valueAt(
        MOST,
        pointsOf(operations, ({ invalidate }) => invalidate / 1_000),
      ),
    ),
  ];
}

function judgePause(what: string, ms: number): Promised {
  return {
    words: `${what}: the event loop pauses for at most ${LONGEST_PAUSE_MS} ms (${show(ms)}).`,
    isKept: ms <= LONGEST_PAUSE_MS,
  };
}

function judgeCalls({ calls }: Findings): Promised[] {
  return (['some', 'handle'] as const).map((name) => {
    const points = pointsOf(calls, (result) => result[name] * 1_000);
    const [few, most] = [valueAt(FEW, points), valueAt(MOST, points)];
    const call = name === 'some' ? 'getToken({ clientId })' : 'handle.getToken()';
    return {
      words: `\`${call}\` takes the same among 1,000 clients and among 100,000 (${show(few)} and ${show(most)} ns).`,
      isKept: most <= few * SAME,
    };
  });
}

function longestBusy(situations: Situations, situation: Situation): number {
  return Math.max(...(situations[situation] ?? []).map((pauses) => pauses.longestBusy));
}

function usualBusy(situations: Situations, situation: Situation): number {
  return spreadOf((situations[situation] ?? []).map((pauses) => pauses.longestBusy)).median;
}

function valueAt(clients: number, points: readonly { clients: number; value: number }[]): number {
  return points.find((point) => point.clients === clients)?.value ?? Number.NaN;
}
