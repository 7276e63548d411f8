import { spawn } from 'node:child_process';

export interface ChildResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Runs TypeScript, given as text, as an ES module in a process of its own. */
export function runChild(source: string, args: readonly string[] = []): Promise<ChildResult> {
  return runNode(['--input-type=module', '--import', 'tsx', '--eval', source, '--', ...args]);
}

/** A child that hangs is killed before the spec's own time is over, so that what it printed is seen. */
export function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  killAfterMs = 20_000,
): Promise<ChildResult> {
  const startedAt = performance.now();
  // The child's modules are compiled otherwise than ours: its coverage cannot be added to ours.
  const inherited = { ...process.env, NODE_V8_COVERAGE: '' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { ...inherited, ...env }, timeout: killAfterMs });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, durationMs: performance.now() - startedAt }));
  });
}
