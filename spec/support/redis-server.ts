import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import type { Suite } from 'mocha';
import { createClient } from 'redis';
import { endWithUs } from './child.js';
import { shiftedClock } from './wrong-clock.js';

/** Where it is missing, `npm test` has said so, or has failed. */
const isInstalled = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
export function describeWithRedis(title: string, specs: (this: Suite) => void): void {
  if (isInstalled) describe(title, specs);
}

type ClientOptions = Pick<
  RedisOptions,
  | 'retryStrategy'
  | 'maxRetriesPerRequest'
  | 'keyPrefix'
  | 'enableOfflineQueue'
  | 'enableReadyCheck'
  | 'username'
  | 'password'
>;

/** A real redis-server of its own, on a free port of this machine; nothing of it is left on a disk. */
export class RedisServer {
  readonly port: number;
  readonly #args: readonly string[];
  readonly #clients: { close(): void }[] = [];
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.port = port;
    this.#args = args;
    this.#env = env;
  }

  static async start(...args: readonly string[]): Promise<RedisServer> {
    const server = await RedisServer.prepare(...args);
    await server.start();
    return server;
  }

  /** One whose clock differs from that of this machine. */
  static async startWithClock(shiftSeconds: number, ...args: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args, shiftedClock(shiftSeconds));
    await server.start();
    return server;
  }

  /** Nobody listens at its port yet. */
  static async prepare(...args: readonly string[]): Promise<RedisServer> {
    return new RedisServer(await freePort(), args);
  }

  async start(): Promise<void> {
    const keepsNothing = this.#args.includes('--sentinel') ? [] : ['--save', '', '--appendonly', 'no'];
    const own = ['--port', `${this.port}`, '--bind', '127.0.0.1', ...keepsNothing];
    const env = { ...process.env, ...this.#env };
    this.#process = endWithUs(spawn('redis-server', [...this.#args, ...own], { stdio: 'ignore', env }));
    // A busy machine may take a while for it.
    const client = this.ioredis({ retryStrategy: () => 20, maxRetriesPerRequest: null });
    await client.ping();
    client.disconnect();
  }

  /** Sends a signal; SIGSTOP makes it hang, with its connections open, and SIGCONT go on. */
  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** With all clients that it has given. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.stop();
  }

  ioredis(options: ClientOptions = {}): Redis {
    const client = new Redis(this.port, '127.0.0.1', { retryStrategy: () => 50, ...options });
    client.on('error', () => undefined);
    this.#clients.push({ close: () => client.disconnect() });
    return client;
  }

  async nodeRedis() {
    const client = createClient({
      url: `redis://127.0.0.1:${this.port}`,
      socket: { reconnectStrategy: () => 50 },
    });
    client.on('error', () => undefined);
    this.#clients.push({ close: () => client.destroy() });
    await client.connect();
    return client;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Less than the time of the specs, so that these tell where they stopped. */
const LONGEST_WAIT_MS = 55_000;

/** Looks again and again. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const since = performance.now();
  while (!(await isSo())) {
    if (performance.now() - since > LONGEST_WAIT_MS) throw new Error(`Not so after ${LONGEST_WAIT_MS} ms.`);
    await sleep(20);
  }
}
