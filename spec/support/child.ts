import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface ChildResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs TypeScript, given as text, as an ES module in a process of its own. */
export function runChild(source: string, args: readonly string[] = []): Promise<ChildResult> {
  return runNode(['--input-type=module', '--import', 'tsx', '--eval', source, '--', ...args]);
}

/** A child that hangs is killed before the spec's own time is over, so that what it printed is seen. */
export function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  killAfterMs = 50_000,
): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const child = startNode(args, env);
    const guard = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(guard);
      resolve({ code, stdout, stderr });
    });
  });
}

/** A child that does not outlive this process. */
export function startNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams {
  // The child's modules are compiled otherwise than ours: its coverage cannot be added to ours.
  const inherited = { ...process.env, NODE_V8_COVERAGE: '' };
  return endWithUs(spawn(process.execPath, args, { env: { ...inherited, ...env } }));
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// A process that a signal ends would tell nobody of its exit.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

/** Kills the child when this process ends, even a child that is frozen. */
export function endWithUs<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  return child.once('exit', () => running.delete(child));
}
