import { type Day, HOUR_MS, SECOND_MS } from './day.js';
import type { Score } from './score.js';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  /** One day for each. */
  readonly seeds: readonly number[];
  /** The length of the outages, in s. */
  readonly outageSeconds?: number;
  readonly live: (day: Day) => Promise<Score>;
}

const DAY_MS = 24 * HOUR_MS;
const NOON_MS = 12 * HOUR_MS;
const OUTAGES_SECONDS = [30, 120, 240, 290, 480];
/** The server is well for this long after each outage, and for a minute at the start of each hour. */
const WELL_MS = 900_000;
const FIRST_MINUTE_MS = 60_000;
const PROCESSES = 500;
const FLEET_MS = 6 * HOUR_MS;
const FLEET_PERIOD_MS = 5_000;

export const scenarios: readonly Scenario[] = [
  {
    name: 'calm',
    title: 'Calm',
    note: 'One day, 86,400 callers. The server answers each request in 200 ms.',
    seeds: [1],
    live: serveOneProcess,
  },
  {
    name: 'failing',
    title: '30 % of answers 503',
    note: 'One day, 86,400 callers. Which answers fail is a matter of chance.',
    seeds: [1],
    live: (day) => {
      day.endpoint.weather.failing = 0.3;
      return serveOneProcess(day);
    },
  },
  ...OUTAGES_SECONDS.map(
    (outageSeconds): Scenario => ({
      name: `outage-${outageSeconds}`,
      title: `Outages of ${outageSeconds} s`,
      note: 'Three days, 259,200 callers, 72 outages: one in each hour, at random. The server answers 503 then, after 200 ms.',
      seeds: [1, 2, 3],
      outageSeconds,
      live: (day) => {
        breakDownHourly(day, outageSeconds * SECOND_MS);
        return serveOneProcess(day);
      },
    }),
  ),
  {
    name: 'missing',
    title: 'A 404 of 1 s each hour',
    note: 'Three days, 259,200 callers, 72 roll-outs: from the first token request after the first minute of each hour on, a gateway answers 404 with an HTML page for a second.',
    seeds: [1, 2, 3],
    live: (day) => {
      vanishHourly(day);
      return serveOneProcess(day);
    },
  },
  {
    name: 'caching',
    title: 'The same token until its end',
    note: 'One day, 86,400 callers, 144 lifetimes. The server gives the same token until it ends, and says in whole seconds how long that is. It has no other token to give before.',
    seeds: [1],
    live: (day) => {
      day.endpoint.weather.isCaching = true;
      return serveOneProcess(day);
    },
  },
  {
    name: 'slow',
    title: 'Slow answers',
    note: 'One day, 86,400 callers. The server answers each request in 5 s.',
    seeds: [1],
    live: (day) => {
      day.endpoint.weather.answerMs = 5 * SECOND_MS;
      return serveOneProcess(day);
    },
  },
  {
    name: 'clock',
    title: 'Clock set back',
    note: 'One day, 86,400 callers. At noon the wall clock of the process is set back one hour, and stays so.',
    seeds: [1],
    live: (day) => {
      day.time.at(NOON_MS, () => day.time.setWallClockBack(HOUR_MS));
      return serveOneProcess(day);
    },
  },
  {
    name: 'secret',
    title: 'Secret rotated',
    note: 'One day, 86,400 callers. From noon on the server refuses the old secret; tokens it has granted stay valid.',
    seeds: [1],
    live: (day) => {
      day.time.at(NOON_MS, () => day.rotateSecret('second-secret'));
      return serveOneProcess(day);
    },
  },
  {
    name: 'fleet',
    title: `${PROCESSES} processes started together`,
    note: 'Six hours, 2,160,000 callers. Each process makes its first call within the same second, and then one every 5 s.',
    seeds: [1],
    live: serveFleet,
  },
];

/** One call in each second, at any moment of it. */
function serveOneProcess(day: Day): Promise<Score> {
  const random = day.random('calls');
  const call = day.startProcess();
  const callIn = (second: number): void => {
    const at = second * SECOND_MS + Math.floor(random() * SECOND_MS);
    if (at >= DAY_MS) return;
    day.time.quietlyAt(at, () => {
      callIn(second + 1);
      call();
    });
  };
  callIn(0);
  return day.run(DAY_MS);
}

function breakDownHourly(day: Day, outageMs: number): void {
  const random = day.random('outages');
  const spareMs = HOUR_MS - FIRST_MINUTE_MS - outageMs - WELL_MS;
  for (let hour = 0; hour < 24; hour += 1) {
    const fromMs = hour * HOUR_MS + FIRST_MINUTE_MS + Math.floor(random() * spareMs);
    day.breakDown(fromMs, outageMs, DAY_MS);
  }
}

function vanishHourly({ time, endpoint }: Day): void {
  for (let hour = 0; hour < 24; hour += 1) {
    time.at(hour * HOUR_MS + FIRST_MINUTE_MS, () => {
      endpoint.weather.missingForMs = SECOND_MS;
    });
  }
}

/** Each process makes its first call within the first second, and then one every five, from a moment of its own. */
async function serveFleet(day: Day): Promise<Score> {
  const random = day.random('calls');
  const processes = Array.from({ length: PROCESSES }, () => ({
    call: day.startProcess(),
    firstMs: Math.floor(random() * SECOND_MS),
    phaseMs: SECOND_MS + Math.floor(random() * FLEET_PERIOD_MS),
  }));
  for (const { call, firstMs } of processes) day.time.at(firstMs, call);
  for (const { call, phaseMs } of processes) {
    const callFrom = (at: number): void => {
      if (at >= FLEET_MS) return;
      day.time.quietlyAt(at, () => {
        callFrom(at + FLEET_PERIOD_MS);
        call();
      });
    };
    callFrom(phaseMs);
  }
  const score = await day.run(FLEET_MS);
  const { requestedAt } = day.endpoint;
  score.busiest = {
    // Without the second of the start.
    firstHour: busiestSecond(requestedAt, SECOND_MS, HOUR_MS),
    lastHour: busiestSecond(requestedAt, FLEET_MS - HOUR_MS, FLEET_MS),
  };
  return score;
}

function busiestSecond(requestedAt: readonly number[], fromMs: number, toMs: number): number {
  const counts = new Map<number, number>();
  for (const at of requestedAt) {
    if (at < fromMs || at >= toMs) continue;
    const second = Math.floor(at / SECOND_MS);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
