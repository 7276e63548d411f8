import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';

const RETRY_MS = 100;

/** A Redis of its own, which keeps nothing. */
export class RedisServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #client: Redis;

  private constructor(port: number) {
    this.url = `redis://127.0.0.1:${port}`;
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.#process = spawn('redis-server', options, { stdio: 'ignore' });
    this.#client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => RETRY_MS });
    // It tries until the server listens.
    this.#client.on('error', () => undefined);
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await findPort());
    try {
      await Promise.race([server.#client.ping(), server.#end()]);
      return server;
    } catch (error) {
      server.#client.disconnect();
      throw error;
    }
  }

  /** Commands that clients have sent to share tokens: each is a script. */
  commands(): Promise<number> {
    return countScripts(this.#client);
  }

  async stop(): Promise<void> {
    this.#client.disconnect();
    this.#process.kill();
    if (this.#process.exitCode === null) await once(this.#process, 'close');
  }

  /** Never comes, unless there is none. */
  async #end(): Promise<never> {
    const [code] = await once(this.#process, 'close');
    throw new Error(`redis-server ended with ${code}.`);
  }
}

export async function countScripts(client: Redis): Promise<number> {
  const statistics = await client.info('commandstats');
  return Array.from(statistics.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)).reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
