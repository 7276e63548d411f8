import { spawnSync } from 'node:child_process';
import type { Suite } from 'mocha';
import type { Command } from './program.js';

/**
 * Where something is missing, `npm run test:servers` has said so, and these specs are not there. On a machine for CI
 * that is a failure.
 */
export function describeInstalled(title: string, probe: Command, specs: (this: Suite) => void): void {
  const { status } = spawnSync(probe.program, probe.args, { stdio: 'ignore' });
  if (status === 0) describe(title, specs);
  else if (process.env.CI === 'true') throw new Error(`What "${title}" needs is not installed.`);
}
