import { spawn } from 'node:child_process';

const running = new Set();

/**
 * Runs a command to its end, and ends whatever it has left running.
 * @returns what it printed
 * @throws {ChildError} when it fails, or takes longer than `limitMs`
 */
export function run(command, args, { cwd, env = {}, limitMs = 120_000 }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...QUIET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that its children can be ended along with it.
    detached: true,
  });
  running.add(child);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));

  return new Promise((resolve, reject) => {
    let reason;
    const timer = setTimeout(() => {
      reason = `took longer than ${limitMs / 1_000} s`;
      killGroup(child);
    }, limitMs);
    child.on('error', (error) => {
      reason = error.message;
    });
    child.on('exit', (code, signal) => {
      reason ??= code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`;
      // Children that it has left behind would hold its output open, even those that left its group.
      killGroup(child);
      setTimeout(
        () => [child.stdout, child.stderr].forEach((stream) => void stream.destroy()),
        2_000,
      ).unref();
    });
    child.on('close', () => {
      clearTimeout(timer);
      running.delete(child);
      const text = plain(Buffer.concat(output).toString());
      if (reason) reject(new ChildError([command, ...args].join(' '), reason, text));
      else resolve(text);
    });
  });
}

export class ChildError extends Error {
  constructor(command, reason, output) {
    super(`${command} ${reason}.\n${output.slice(-20_000)}`);
    this.reason = reason;
    this.output = output;
  }

  get isTimeout() {
    return this.reason.startsWith('took longer');
  }
}

export function killAll() {
  for (const child of running) killGroup(child);
}

function killGroup({ pid }) {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Nothing asks, colours, or calls home. */
const QUIET = {
  CI: 'true',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  NEXT_TELEMETRY_DISABLED: '1',
  npm_config_yes: 'true',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what terminals take for colours.
const plain = (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
