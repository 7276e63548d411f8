import { format } from '../../day/columns.js';
import { spreadOf } from '../../shared/spread.js';
import type { Findings } from '../measure.js';
import type { Situation } from '../measurements/pauses.js';
import type { Pauses } from '../probe.js';
import type { TitledTable } from './titled-table.js';

const TITLES: Readonly<Record<Situation, string>> = {
  idle: 'nothing happens',
  due: '1,000 fall due within a second',
  'one by one': '1,000 new clients, one each ms',
  'at once': '1,000 new clients in one turn',
};

export function tableOfPauses({ pauses }: Findings): TitledTable {
  return {
    title: 'Pauses of the event loop',
    note: '100,000 clients are held, all asked for of late; ms, over five rounds. *Busy* is the longest time between two turns in which the process itself ran, collecting garbage included; the others are by `monitorEventLoopDelay` (resolution 1 ms) and grow with whatever else the machine does. Beyond `maxTargets`, each new client displaces another. Answers come in the next turn of the event loop.',
    table: {
      heads: ['', 'p99', 'longest', 'busy', 'longest busy', 'longest collection'],
      rows: pauses.flatMap(({ plan: { isFull }, result }) =>
        (Object.keys(TITLES) as Situation[]).flatMap((situation) => {
          const rounds = result[situation];
          return rounds ? [[nameOf(situation, isFull), ...describe(rounds)]] : [];
        }),
      ),
    },
  };
}

function nameOf(situation: Situation, isFull: boolean): string {
  return isFull ? `${TITLES[situation]}, beyond \`maxTargets\`` : TITLES[situation];
}

function describe(rounds: readonly Pauses[]): string[] {
  const busy = spreadOf(rounds.map(({ longestBusy }) => longestBusy));
  return [
    spreadOf(rounds.map(({ p99 }) => p99)).median,
    Math.max(...rounds.map(({ max }) => max)),
    busy.median,
    busy.max,
    Math.max(...rounds.map(({ longestGc }) => longestGc)),
  ].map((ms) => format(ms, 1));
}
