import { format } from '../../day/columns.js';
import { count, type TitledTable } from '../../scale/tables/titled-table.js';
import { show, showSpread } from '../../shared/spread.js';
import type { RealFindings } from './measure.js';
import type { Trial } from './trial.js';

export function makeRealTables(findings: RealFindings): TitledTable[] {
  return [tableOfTrials(findings), tableOfHotPath(findings)];
}

function tableOfTrials({ trials }: RealFindings): TitledTable {
  const [{ renewals } = { renewals: 0 }] = trials;
  return {
    title: 'Real processes',
    note: `On one Redis and one authorization server, all on this machine, with tokens of 12 s, from a cold start together over ${renewals} renewals. How long the fleet takes from the first process with the new token to the last is due to chance, on purpose: each process draws a moment of its own, within 1.2 s for these tokens, at which its token falls due.`,
    table: {
      heads: [
        'processes',
        'token requests, cold start',
        'in the renewals',
        'a renewal',
        'first token, all (ms)',
        'new token, first to last (ms)',
        'longest (ms)',
        'Redis commands, cold start',
        'a renewal and process',
        'troubles',
      ],
      rows: trials.map(describe),
    },
  };
}

function describe(trial: Trial): string[] {
  const { processes, renewals, requests, commands } = trial;
  return [
    count(processes),
    count(trial.requestsAtStart),
    count(requests),
    format(requests / renewals, 2),
    count(trial.startMs),
    count(Math.round(trial.spreadMs.median)),
    count(trial.spreadMs.max),
    count(trial.commandsAtStart),
    show(commands / renewals / processes),
    count(trial.troubles.length),
  ];
}

function tableOfHotPath({ hotPath }: RealFindings): TitledTable {
  return {
    title: 'The hot path with a store',
    note: 'ns of CPU time for an awaited `getToken()` while a fresh token is held, in rounds of both in turn; the ratio is taken within a round. The median (min..max), and the commands that Redis was sent meanwhile.',
    table: {
      heads: ['', 'without a store', 'on Redis', 'ratio', 'Redis commands'],
      rows: [
        [
          '`getToken()`',
          showSpread(hotPath.without),
          showSpread(hotPath.with),
          showSpread(hotPath.ratio),
          count(hotPath.commands),
        ],
      ],
    },
  };
}
