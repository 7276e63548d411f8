import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './program.js';

/**
 * The shell ends the whole group when the program ends, and when its own input does: that is when this process is gone,
 * however it ended. Then it removes the folder, too.
 */
const GUARD = '("$@"; kill -KILL 0) & cat >/dev/null; rm -rf "$FOLDER"; kill -KILL 0';

/** A program in a process group of its own, which does not outlive this process. */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor(folder: string, { program, args, env = {} }: Command) {
    this.#logFile = path.join(folder, 'log');
    const log = openSync(this.#logFile, 'a');
    this.#child = spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...args], {
      cwd: folder,
      env: { ...process.env, NODE_V8_COVERAGE: '', NODE_OPTIONS: '', FOLDER: folder, ...env },
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    this.#child.unref();
    (this.#child.stdin as net.Socket | null)?.unref();
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @throws {Error} with the end of its log, when the program ends, or nobody listens within 30 s. */
  async listening(port: number): Promise<void> {
    const since = performance.now();
    while (!(await accepts(port))) {
      if (this.hasEnded || performance.now() - since > 30_000) {
        throw new Error(
          `Nobody listens. The log ends with:\n${readFileSync(this.#logFile, 'utf8').slice(-2_000)}`,
        );
      }
      await sleep(20);
    }
  }

  /** At once and whole, as a machine that fails. */
  async kill(): Promise<void> {
    if (this.hasEnded || this.#child.pid === undefined) return;
    this.#child.ref();
    const ended = once(this.#child, 'exit');
    process.kill(-this.#child.pid, 'SIGKILL');
    await ended;
  }
}

/** Whether somebody accepts connections at this port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * A free port that no client's connection takes while the server is away: below those that systems give to clients.
 */
export async function quietPort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return port;
  } catch {
    return quietPort();
  } finally {
    server.close();
  }
}
