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
export const SCALE = 30;
const SERVICES = ['examples/metrics-prom-client.ts', 'spec/support/servers/prometheus/telemetry-service.ts'];
/** As the services have it. */
const CLIENT = { clientId: 'demo-service', clientSecret: 'demo-secret' };
const LIFETIME_MS = 20_000;
const DOWN_MS = 40_000;
const REFUSING_MS = 20_000;
/** Longer than any alert stays. */
const AFTERWARDS_MS = 30_000;
/** How old a token is when the API takes it no more. */
const REJECTED_AFTER_MS = 2_000;

/** How the service said that it was, from when on: ms since the epoch. */
export interface Change {
  readonly status: string;
  readonly at: number;
}

/** Services whose metrics come by prom-client, and by OpenTelemetry's own exporter. */
export const JOBS = ['shop', 'telemetry'] as const;
export type Job = (typeof JOBS)[number];

/** A real Prometheus that watches the example service, and another, through an outage of their authorization servers. */
export class WatchedOutage {
  readonly health: Readonly<Record<Job, Change[]>> = { shop: [], telemetry: [] };
  readonly span: { from: number; to: number } = { from: Date.now(), to: 0 };
  readonly down: { from: number; to: number } = { from: 0, to: 0 };
  readonly refusing: { from: number; to: number } = { from: 0, to: 0 };
  readonly alerts = new Map<Job, ReadonlyMap<string, Span>>();

  private constructor(
    readonly prometheus: Prometheus,
    /** That of the example service is the first. */
    private readonly servers: readonly [TokenServer, TokenServer],
    private readonly api: ApiServer,
    private readonly services: readonly ChildProcess[],
    /** Where each service tells how it is. */
    private readonly readyPorts: Readonly<Record<Job, number>>,
  ) {}

  static async start(): Promise<WatchedOutage> {
    const start = () => startTokenServer({ ...CLIENT, lifetimeMs: LIFETIME_MS });
    const servers = [await start(), await start()] as const;
    const api = await ApiServer.start();
    const ports = [await quietPort(), await quietPort()] as const;
    const readyPort = await quietPort();
    const services = SERVICES.map((file, place) =>
      startNode(['--import', 'tsx', file], {
        PORT: `${ports[place]}`,
        READY_PORT: `${readyPort}`,
        TOKEN_ENDPOINT: servers[place]?.tokenEndpoint,
        API: api.origin,
      }),
    );
    const rules = scaleRules(readFileSync('examples/prometheus/alerts.yaml', 'utf8'), SCALE);
    const scraped = JOBS.map((job, place) => ({ job, port: ports[place] ?? 0 }));
    const prometheus = await Prometheus.start(scraped, rules);
    const readyPorts = { shop: ports[0], telemetry: readyPort };
    return new WatchedOutage(prometheus, servers, api, services, readyPorts);
  }

  /** One token is renewed in peace; the next one falls due while the server is down. At the end an API rejects two of them. */
  async run(): Promise<void> {
    const ended = new AbortController();
    const watching = JOBS.map((job) => this.#watchHealth(job, ended.signal));
    await until(() => this.servers.every(({ counts }) => counts.issued === 2));
    await sleep(1_000);
    for (const server of this.servers) server.fail({ status: 503 });
    this.down.from = Date.now();
    await sleep(DOWN_MS);
    for (const server of this.servers) server.fail({ status: 401, error: 'invalid_client' });
    this.refusing.from = this.down.to = Date.now();
    await sleep(REFUSING_MS);
    for (const server of this.servers) server.recover();
    this.refusing.to = Date.now();
    await until(() => this.servers.every(({ counts }) => counts.issued > 2));
    await this.#reject();
    await this.#reject();
    await sleep(AFTERWARDS_MS);
    this.span.to = Date.now();
    ended.abort();
    await Promise.all(watching);
    for (const job of JOBS) this.alerts.set(job, await this.prometheus.firing(job, this.span));
  }

  async close(): Promise<void> {
    for (const service of this.services) service.kill();
    await Promise.all([...this.servers.map((server) => server.close()), this.api.stop()]);
    await this.prometheus.close();
  }

  /** The API takes the last token no more. */
  async #reject(): Promise<void> {
    await sleep(REJECTED_AFTER_MS);
    const [server] = this.servers;
    const { issued } = server.counts;
    const rejected = `Bearer ${this.api.tokens.at(-1)}`;
    this.api.answer = ({ headers }, response) =>
      response.writeHead(headers.authorization === rejected ? 401 : 200).end('{}');
    await until(() => server.counts.issued > issued);
  }

  async #watchHealth(job: Job, signal: AbortSignal): Promise<void> {
    const health = this.health[job];
    while (!signal.aborted) {
      const answer = await fetch(`http://127.0.0.1:${this.readyPorts[job]}/ready`).catch(() => undefined);
      const status = await answer?.text();
      const isNews = status !== undefined && status !== health.at(-1)?.status;
      if (isNews) health.push({ status, at: Date.now() });
      await sleep(100);
    }
  }
}
