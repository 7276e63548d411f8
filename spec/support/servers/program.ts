import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepts, ProcessGroup, quietPort } from './process-group.js';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Where a program has its data, and where it listens. */
export interface Place {
  readonly folder: string;
  readonly port: number;
}

/** Writes what the program reads, and tells how it is started. */
export type Prepare = (place: Place) => Command | Promise<Command>;

/** A server program with a folder of its own, on a free port of this machine. Nothing of it outlives this process. */
export class Program implements Place {
  #group: ProcessGroup | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly prepare: Prepare,
  ) {}

  static async place(prepare: Prepare): Promise<Program> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-server-'));
    // Some give up the rights of root, and still have to write here.
    chmodSync(folder, 0o777);
    return new Program(folder, await quietPort(), prepare);
  }

  static async start(prepare: Prepare): Promise<Program> {
    const program = await Program.place(prepare);
    await program.start();
    return program;
  }

  /** With the data of before, at the port of before. */
  async start(): Promise<void> {
    this.#group = new ProcessGroup(this.folder, await this.prepare(this));
    try {
      await this.#group.listening(this.port);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Ends it without a warning. Its data stay. */
  async stop(): Promise<void> {
    await this.#group?.kill();
    while (await accepts(this.port)) await sleep(10);
  }

  async close(): Promise<void> {
    await this.#group?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
