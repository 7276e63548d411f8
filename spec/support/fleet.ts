import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './child.js';
import type { Report } from './fleet-member.js';
import { until } from './redis-server.js';
import { shiftedDate } from './wrong-clock.js';

const SCRIPT = fileURLToPath(new URL('./fleet-member.ts', import.meta.url));

/** A process with a provider of its own, which a spec may kill. */
export class FleetMember {
  readonly reports: Report[] = [];
  readonly #child: ChildProcess;

  /** Its clock is wrong by `clockMs`. */
  constructor(tokenEndpoint: string, redisPort: number, clockMs = 0) {
    const execArgv = ['--import', 'tsx', ...shiftedDate(clockMs)];
    const env = { ...process.env, NODE_V8_COVERAGE: '' };
    this.#child = endWithUs(fork(SCRIPT, [tokenEndpoint, `${redisPort}`], { execArgv, env }));
    this.#child.on('message', (report: Report) => this.reports.push(report));
  }

  of<Kind extends Report['is']>(kind: Kind): Extract<Report, { is: Kind }>[] {
    return this.reports.filter((report): report is Extract<Report, { is: Kind }> => report.is === kind);
  }

  ready(): Promise<void> {
    return until(() => this.of('ready').length > 0);
  }

  /** Has it ask for a token, now. */
  ask(): void {
    this.#child.send('ask');
  }

  /** Has it ask for a token, and waits for that. */
  async token(): Promise<string> {
    const { length } = this.of('token');
    this.ask();
    await until(() => this.of('token').length > length || this.of('error').length > 0);
    const [failure] = this.of('error');
    if (failure) throw new Error(failure.error);
    return this.of('token')[length]?.token ?? '';
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

/** Started at once, and ready. By `clocksMs` the clocks of the first ones are wrong. */
export async function startFleet(
  size: number,
  tokenEndpoint: string,
  port: number,
  clocksMs: readonly number[] = [],
): Promise<FleetMember[]> {
  const fleet = Array.from(
    { length: size },
    (_, index) => new FleetMember(tokenEndpoint, port, clocksMs[index]),
  );
  await Promise.all(fleet.map((member) => member.ready()));
  return fleet;
}
