import { format } from '../../day/columns.js';
import { show } from '../../shared/spread.js';
import type { Findings, Measured } from '../measure.js';
import type { Renewals, RenewalsPlan } from '../measurements/renewals.js';
import { count, type TitledTable } from './titled-table.js';

export function tableOfRenewals({ renewals }: Findings): TitledTable {
  return {
    title: 'Renewal in the background',
    note: 'CPU time of the whole process while tokens of 600 s are renewed for that many clients, nobody asks, and garbage is collected as it comes, over ten minutes of virtual time (two in a check). Answers come at once from within the process; their making is taken off, that of requests is not. Beside it a process that does nothing else but set as many timers and get the same answers: what that takes is the simulation of time.',
    table: {
      heads: ['clients', '', 'renewals/s', 'µs a renewal', '% of a core', 'longest collection (ms)'],
      rows: renewals.map(({ plan: { clients, by }, result }) => [
        count(clients),
        by,
        format(result.count / result.seconds, 1),
        show((ownMs(result) * 1_000) / result.count),
        show(shareOfCore(result) * 100),
        show(result.longestGcMs),
      ]),
    },
  };
}

/** What timers and state take of one core. */
function shareOfCore(renewals: Renewals): number {
  return ownMs(renewals) / (renewals.seconds * 1_000);
}

/** The same beyond what bare timers take, for that many clients. */
export function shareBeyondTimers(
  renewals: readonly Measured<RenewalsPlan, Renewals>[],
  clients: number,
): number {
  const shares = (['provider', 'bare timers'] as const).map((by) => {
    const found = renewals.find(({ plan }) => plan.clients === clients && plan.by === by);
    return found ? shareOfCore(found.result) : Number.NaN;
  });
  const [provider = Number.NaN, bare = Number.NaN] = shares;
  return provider - bare;
}

function ownMs({ cpuMs, answersMs }: Renewals): number {
  return cpuMs - answersMs;
}
