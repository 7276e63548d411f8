import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./wrong-clock.c', import.meta.url));

/** Where this is false, `npm test` has said so. */
export const canShiftClocks =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

let library: string | undefined;

/** Variables under which any program sees the system's clock shifted. */
export function shiftedClock(seconds: number): NodeJS.ProcessEnv {
  library ??= compile();
  return { LD_PRELOAD: library, CLOCK_SHIFT_S: `${seconds}` };
}

/** Options under which Node.js does: on all systems, and without a compiler. */
export function shiftedDate(ms: number): string[] {
  const script = `
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...parts) {
        if (parts.length > 0) super(...parts);
        else super(RealDate.now() + ${ms});
      }
      static now() {
        return RealDate.now() + ${ms};
      }
    };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
}

function compile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'wrong-clock-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'wrong-clock.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', file, SOURCE]);
  return file;
}
