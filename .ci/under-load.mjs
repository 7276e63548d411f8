/**
 * Runs the whole suite while every core is kept busy by something else: `npm run test:under-load`, five times, or as many as are given
 * after `--`. One line a run; what a failed run printed is shown at once after its line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const RUNS = Number(process.argv[2] ?? 5);
/** In the environment of every process of a run, so that those that outlive it are found. */
const MARK = 'UNDER_LOAD_RUN';
/** A busy process ends when this one has ended, for whatever reason. */
const BUSY = 'const { ppid } = process; while (process.ppid === ppid);';

const busy = Array.from({ length: availableParallelism() }, () =>
  spawn(process.execPath, ['--eval', BUSY], { stdio: 'ignore' }),
);
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => process.exit(code));
}
let failed = 0;
try {
  for (let run = 1; run <= RUNS; run += 1) {
    const startedAt = performance.now();
    const mark = `${process.pid}-${run}`;
    const { code, output } = await runSuite(mark);
    const left = processesWith(mark);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const isGreen = code === 0 && left.length === 0;
    const faults = [code === 0 ? '' : `ended with ${code}`, left.length > 0 ? `left processes: ${left}` : ''];
    const outcome = isGreen ? 'passed' : `FAILED (${faults.filter(Boolean).join('; ')})`;
    console.log(`run ${run} of ${RUNS}, ${busy.length} cores kept busy: ${outcome} after ${seconds} s`);
    if (isGreen) continue;
    failed += 1;
    console.log(output);
  }
} finally {
  for (const child of busy) child.kill('SIGKILL');
}
process.exitCode = failed === 0 ? 0 : 1;

async function runSuite(mark) {
  const env = { ...process.env, [MARK]: mark };
  // In a group of its own, which ends with this process.
  const suite = spawn('npm', ['test'], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = () => process.kill(-suite.pid, 'SIGTERM');
  process.once('exit', kill);
  let output = '';
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const [code, signal] = await once(suite, 'exit');
  process.off('exit', kill);
  // A process that is left over may hold them open.
  await sleep(100);
  for (const stream of [suite.stdout, suite.stderr]) stream.destroy();
  return { code: code ?? signal, output };
}

/** Where Linux tells, the processes that have the mark in their environment. */
function processesWith(mark) {
  if (process.platform !== 'linux') return [];
  const isLeft = (pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${MARK}=${mark}`);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isLeft(name));
}
