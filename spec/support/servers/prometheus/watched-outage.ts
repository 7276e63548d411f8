import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTokenServer, type TokenServer } from '../../../../lib/testing.js';
import { ApiServer } from '../../api-server.js';
import { startNode } from '../../child.js';
import { until } from '../../redis-server.js';
import { quietPort } from '../process-group.js';
import { Prometheus, type Span } from './prometheus.js';
import { scaleRules } from './scaled-rules.js';

/** The figures of examples/prometheus/alerts.yaml are divided by this. */
export const SCALE = 15;
/** As the example has it. */
const CLIENT = { clientId: 'demo-service', clientSecret: 'demo-secret' };
const LIFETIME_MS = 20_000;
const DOWN_MS = 40_000;
const REFUSING_MS = 20_000;
/** Longer than any alert stays. */
const AFTERWARDS_MS = 50_000;
/** How old a token is when the API takes it no more. */
const REJECTED_AFTER_MS = 2_000;

/** How the service said that it was, from when on: ms since the epoch. */
export interface Change {
  readonly status: string;
  readonly at: number;
}

/** A real Prometheus that watches the example service through an outage of its authorization server. */
export class WatchedOutage {
  readonly health: Change[] = [];
  readonly span: { from: number; to: number } = { from: Date.now(), to: 0 };
  readonly down: { from: number; to: number } = { from: 0, to: 0 };
  readonly refusing: { from: number; to: number } = { from: 0, to: 0 };
  alerts = new Map<string, Span>();

  private constructor(
    readonly prometheus: Prometheus,
    private readonly server: TokenServer,
    private readonly api: ApiServer,
    private readonly service: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(): Promise<WatchedOutage> {
    const [server, api] = await Promise.all([
      startTokenServer({ ...CLIENT, lifetimeMs: LIFETIME_MS }),
      ApiServer.start(),
    ]);
    const port = await quietPort();
    const env = { PORT: `${port}`, TOKEN_ENDPOINT: server.tokenEndpoint, API: api.origin };
    const service = startNode(['--import', 'tsx', 'examples/metrics-prom-client.ts'], env);
    const rules = scaleRules(readFileSync('examples/prometheus/alerts.yaml', 'utf8'), SCALE);
    const prometheus = await Prometheus.start({ job: 'shop', port }, rules);
    return new WatchedOutage(prometheus, server, api, service, port);
  }

  /** One token is renewed in peace; the next one falls due while the server is down. At the end an API rejects two of them. */
  async run(): Promise<void> {
    const ended = new AbortController();
    const watching = this.#watchHealth(ended.signal);
    await until(() => this.server.counts.issued === 2);
    await sleep(1_000);
    this.server.fail({ status: 503 });
    this.down.from = Date.now();
    await sleep(DOWN_MS);
    this.server.fail({ status: 401, error: 'invalid_client' });
    this.refusing.from = this.down.to = Date.now();
    await sleep(REFUSING_MS);
    this.server.recover();
    this.refusing.to = Date.now();
    await until(() => this.server.counts.issued > 2);
    await this.#reject();
    await this.#reject();
    await sleep(AFTERWARDS_MS);
    this.span.to = Date.now();
    ended.abort();
    await watching;
    this.alerts = await this.prometheus.firing(this.span);
  }

  async close(): Promise<void> {
    this.service.kill();
    await Promise.all([this.server.close(), this.api.stop()]);
    await this.prometheus.close();
  }

  /** The API takes the last token no more. */
  async #reject(): Promise<void> {
    await sleep(REJECTED_AFTER_MS);
    const { issued } = this.server.counts;
    const rejected = `Bearer ${this.api.tokens.at(-1)}`;
    this.api.answer = ({ headers }, response) =>
      response.writeHead(headers.authorization === rejected ? 401 : 200).end('{}');
    await until(() => this.server.counts.issued > issued);
  }

  async #watchHealth(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/ready`).catch(() => undefined);
      const status = await answer?.text();
      const isNews = status !== undefined && status !== this.health.at(-1)?.status;
      if (isNews) this.health.push({ status, at: Date.now() });
      await sleep(100);
    }
  }
}
