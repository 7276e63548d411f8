import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/**
 * Writes the types of the entries beside them: what they export and what that needs, and nothing else of lib/. As
 * `.d.ts` for ES modules, and once more as `.d.cts`: TypeScript takes a `.d.ts` of this package for an ES module, which
 * CommonJS may not always import.
 */
export async function writeTypes(root, isOutside, entries) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'm2m-types-'));
  try {
    declare(root, work);
    const files = await rollUp(root, isOutside, entries, work);
    for (const { fileName, code } of files) {
      const file = path.join(root, 'dist', fileName.replace(/\.d\.ts$/, '.d.cts'));
      fs.writeFileSync(file, code.replace(/(from "\.[^"]*)\.js"/g, '$1.cjs"'));
    }
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** A `.d.ts` for each file of lib/. */
function declare(root, outDir) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['-p', path.join(root, 'tsconfig.build.json'), '--outDir', outDir];
  execFileSync(process.execPath, [compiler, ...options], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function rollUp(root, isOutside, entries, declarations) {
  const build = await rolldown({
    input: Object.fromEntries(
      entries.map((entry) => [`${entry}.d`, path.join(declarations, `${entry}.d.ts`)]),
    ),
    cwd: declarations,
    platform: 'node',
    external: isOutside,
    plugins: [dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false })],
  });
  const { output } = await build.write({
    dir: path.join(root, 'dist'),
    format: 'esm',
    chunkFileNames: 'types/[name].ts',
  });
  await build.close();
  return output;
}
