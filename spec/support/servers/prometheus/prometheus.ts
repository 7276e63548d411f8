import { writeFileSync } from 'node:fs';
import { Program } from '../program.js';

/** A series of points, by its labels: time in ms since the epoch, and value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** A span of time, in ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface RangeAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
}

/** So often it scrapes, and looks at its rules, in ms. */
export const TICK_MS = 500;

/** What is scraped. */
export interface Scraped {
  readonly job: string;
  readonly port: number;
}

/** A real Prometheus, with rules, that scrapes services. */
export class Prometheus {
  private constructor(private readonly program: Program) {}

  static async start(services: readonly Scraped[], rules: string) {
    const program = await Program.start(({ folder, port }) => {
      writeFileSync(`${folder}/alerts.yaml`, rules);
      writeFileSync(`${folder}/prometheus.yaml`, configuration(services));
      return {
        program: 'prometheus',
        args: [
          `--config.file=${folder}/prometheus.yaml`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--log.level=warn',
        ],
      };
    });
    return new Prometheus(program);
  }

  /** What a query gives over a span of time. */
  async query(expression: string, { from, to }: Span): Promise<Series[]> {
    const parameters = new URLSearchParams({
      query: expression,
      start: `${from / 1_000}`,
      end: `${to / 1_000}`,
      step: `${TICK_MS / 1_000}`,
    });
    const url = `http://127.0.0.1:${this.program.port}/api/v1/query_range?${parameters}`;
    const { data, error } = (await (await fetch(url)).json()) as RangeAnswer;
    if (!data) throw new Error(`${expression}: ${error}`);
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([at, value]) => [at * 1_000, Number(value)] as const),
    }));
  }

  /** When each alert was firing for a job. */
  async firing(job: string, span: Span): Promise<Map<string, Span>> {
    const series = await this.query(`ALERTS{alertstate="firing", job="${job}"}`, span);
    return new Map(
      series.map(({ labels, points }) => [
        labels.alertname ?? '',
        { from: points[0]?.[0] ?? 0, to: points.at(-1)?.[0] ?? 0 },
      ]),
    );
  }

  close(): Promise<void> {
    return this.program.close();
  }
}

const configuration = (services: readonly Scraped[]) => `
global: { scrape_interval: ${TICK_MS}ms, scrape_timeout: ${TICK_MS}ms, evaluation_interval: ${TICK_MS}ms }
rule_files: [alerts.yaml]
scrape_configs:
${services
  .map(({ job, port }) => `  - { job_name: ${job}, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`)
  .join('\n')}
`;
