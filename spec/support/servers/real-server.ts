import { renameSync, writeFileSync } from 'node:fs';
import { Program } from './program.js';
import type { RegisteredClient, ServerDriver, ServerSettings } from './server-driver.js';

export type StartOptions = Pick<ServerSettings, 'lifetimeSeconds' | 'clients'> &
  Partial<Pick<ServerSettings, 'reuse'>>;

/** An authorization server that somebody else wrote, in processes of its own. */
export class RealServer {
  readonly #driver: ServerDriver;
  readonly #program: Program;
  #settings: ServerSettings;

  private constructor(driver: ServerDriver, program: Program, settings: ServerSettings) {
    this.#driver = driver;
    this.#program = program;
    this.#settings = settings;
  }

  static async start(driver: ServerDriver, options: StartOptions): Promise<RealServer> {
    const program = await Program.place(() => driver.prepare(self.#settings));
    const { folder, port } = program;
    const self = new RealServer(driver, program, { reuse: false, ...options, folder, port });
    try {
      await self.start();
      await self.#tellClients();
    } catch (error) {
      await self.close();
      throw new Error(`${driver.name} does not start.`, { cause: error });
    }
    return self;
  }

  get port(): number {
    return this.#program.port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get tokenEndpoint(): string {
    return `${this.origin}${this.#driver.path}`;
  }

  /** With the data of before, at the port of before. */
  async start(): Promise<void> {
    this.#writeSettings();
    await this.#program.start();
  }

  /** Ends it without a warning. Its data stay. */
  stop(): Promise<void> {
    return this.#program.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** From now on a client has another secret. */
  async changeSecret(id: string, secret: string): Promise<void> {
    const change = (client: RegisteredClient) => (client.id === id ? { ...client, secret } : client);
    this.#settings = { ...this.#settings, clients: this.#settings.clients.map(change) };
    this.#writeSettings();
    await this.#tellClients();
    if (this.#driver.readsClientsAtStart) await this.restart();
  }

  close(): Promise<void> {
    return this.#program.close();
  }

  #writeSettings(): void {
    const file = `${this.#program.folder}/settings.json`;
    // The program may read it at this moment.
    writeFileSync(`${file}.new`, JSON.stringify(this.#settings));
    renameSync(`${file}.new`, file);
  }

  async #tellClients(): Promise<void> {
    await this.#driver.tellClients?.(this.#settings);
  }
}
