import type { TokenProvider } from 'm2m-token-provider';
import type { AuthorizationServer } from '../embedded/authorization-server.js';
import type { Journal } from './journal.js';

/** The figures of the run, as a table. */
export function summarize(
  { figures, elapsedMs }: Journal,
  provider: TokenProvider,
  server?: AuthorizationServer,
): string {
  const count = (value: number) => value.toLocaleString('en');
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const [status] = provider.status();
  const rows: [string, string][] = [
    ['run', seconds(elapsedMs)],
    ['first token', `${figures.firstTokenMs} ms`],
    ['calls of getToken()', count(figures.calls)],
    ['  that had to wait', count(figures.waited)],
    ['  that failed', count(figures.failed)],
    ['renewals', count(figures.renewals)],
    ['  least left on the old token', figures.renewals > 0 ? seconds(figures.leastLeftMs) : '-'],
    ['failed attempts', count(figures.failedAttempts)],
    ...(server ? outageRows() : []),
    ...(figures.keyRequests > 0 ? [verifiedRow()] : []),
    ['token at the end', `${status?.state}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const line = '-'.repeat(width + 16);
  return [line, ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value.padStart(14)}`), line].join(
    '\n',
  );

  function verifiedRow(): [string, string] {
    const times = figures.keyRequests === 1 ? 'once' : `${figures.keyRequests} times`;
    return [
      `tokens verified, keys fetched ${times}`,
      `${count(figures.verified)} of ${count(figures.renewals + 1)}`,
    ];
  }

  function outageRows(): [string, string][] {
    return [
      ['outage', seconds(figures.outageMs)],
      ['  calls served meanwhile', count(figures.outageCalls)],
      ['token requests in all', count(server?.requests ?? 0)],
    ];
  }
}
