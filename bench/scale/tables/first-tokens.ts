import { show } from '../../shared/spread.js';
import type { Findings, Measured } from '../measure.js';
import type { FirstTokens, FirstTokensPlan, Sender } from '../measurements/first-tokens.js';
import { CONCURRENCIES } from '../plans.js';
import { count, type TitledTable } from './titled-table.js';

const SENDERS: Readonly<Record<Sender, string>> = {
  provider: 'as it is: a connection for each request',
  'provider, kept': 'with `http`: an axios instance that keeps connections',
  axios: 'bare loop of that axios',
  'node:http': 'bare loop of `node:http`',
};

type Row = Measured<FirstTokensPlan, FirstTokens>;

export function tableOfFirstTokens({ firstTokens }: Findings): TitledTable {
  const rows = firstTokens.filter(({ plan }) => plan.concurrency === CONCURRENCIES[0]);
  return {
    title: 'First tokens of all',
    note: `All clients ask in the same moment, with \`maxConcurrentRequests\` ${CONCURRENCIES.join(' (the default) and ')}; the token endpoint is another process on this machine. The bare loops post as often, with as many at a time: they are the limit.`,
    table: {
      heads: [
        'clients',
        '',
        ...CONCURRENCIES.flatMap((at) => [
          `s, ${at} at a time`,
          `requests/s, ${at}`,
          `CPU ms a token, ${at}`,
        ]),
      ],
      rows: rows.map(({ plan }) => [
        count(plan.clients),
        SENDERS[plan.by],
        ...CONCURRENCIES.flatMap((at) => describe(find(firstTokens, { ...plan, concurrency: at }))),
      ]),
    },
  };
}

function find(rows: readonly Row[], wanted: FirstTokensPlan): Row | undefined {
  return rows.find(
    ({ plan }) =>
      plan.by === wanted.by && plan.clients === wanted.clients && plan.concurrency === wanted.concurrency,
  );
}

function describe(row: Row | undefined): string[] {
  if (!row) return ['', '', ''];
  const { plan, result } = row;
  return [result.seconds, plan.clients / result.seconds, result.cpuMs / plan.clients].map(show);
}
