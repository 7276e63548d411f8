import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Where and when something was measured, in one line. */
export function describeRun(date: Date): string {
  const day = date.toISOString().slice(0, 10);
  const cpus = os.cpus();
  const model = cpus[0]?.model.trim() ?? 'an unknown CPU';
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `Made on ${day} with Node.js ${process.version} on ${model}, ${cpus.length} cores, ${memory} GiB of memory, ${systemName()}.`;
}

function systemName(): string {
  const kernel = `${os.type()} ${os.release()}`;
  try {
    const [, name] = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
    return name ?? kernel;
  } catch {
    return kernel;
  }
}
