import { mkdtempSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { type ChildResult, runNode } from './child.js';

/** The command line as it is published: plain JavaScript, which starts much quicker than TypeScript does. */
export class BundledProgram {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<BundledProgram> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-program-'));
    const build = await rolldown({
      input: 'lib/cli.ts',
      platform: 'node',
      plugins: [esmExternalRequirePlugin({ external: [...builtinModules] })],
      logLevel: 'silent',
    });
    await build.write({
      dir: folder,
      format: 'esm',
      entryFileNames: 'cli.mjs',
      chunkFileNames: '[name].mjs',
    });
    await build.close();
    return new BundledProgram(folder);
  }

  get file(): string {
    return path.join(this.folder, 'cli.mjs');
  }

  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ChildResult> {
    return runNode([this.file, ...args], env, 30_000);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
