import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { runNode } from './child.js';

/** Prints what is loaded by an import, and what by a use of that: each a line of names with blanks between them. */
const CHILD = `
  await import('./empty.mjs');
  const seen = new Set(process.moduleLoadList);
  const tell = () => {
    const loaded = process.moduleLoadList.filter((entry) => !seen.has(entry));
    for (const entry of loaded) seen.add(entry);
    const names = loaded.map((entry) => /^NativeModule (?!internal\\/)(.+)/.exec(entry)?.[1]);
    return names.filter(Boolean).join(' ');
  };
  const door = await import('./door.mjs');
  const atOnce = tell();
  await use(door);
  console.log([atOnce, tell()].join('\\n'));
`;

/**
 * The modules of Node.js itself that plain Node.js loads with a door, and with a use of it, which is JavaScript: a function of the door. No
 * package is to be had where this runs: a door that imports one cannot be loaded.
 */
export async function loadedBuiltins(
  door: string,
  use: string,
): Promise<{ atOnce: string[]; later: string[] }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-door-'));
  try {
    const build = await rolldown({ input: door, platform: 'node', external: /^[^./]/, logLevel: 'silent' });
    await build.write({ file: path.join(folder, 'door.mjs'), format: 'esm' });
    await build.close();
    writeFileSync(path.join(folder, 'empty.mjs'), '');
    writeFileSync(path.join(folder, 'child.mjs'), `const use = ${use};\n${CHILD}`);
    const { stdout, stderr, code } = await runNode([path.join(folder, 'child.mjs')]);
    if (code !== 0) throw new Error(stderr);
    const [atOnce = '', later = ''] = stdout.split('\n');
    return { atOnce: atOnce.split(' '), later: later.split(' ') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
