/** Tries the packed library in many surroundings, two at a time, and writes docs/surroundings.md. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { killAll } from './child.mjs';
import { InstallFolders, pack } from './install.mjs';
import { SURROUNDINGS } from './list.mjs';
import { writePage } from './page.mjs';
import { tryOut } from './try-out.mjs';

const HELP = `Tries the packed library in many surroundings, and writes docs/surroundings.md.

npm run test:surroundings [-- options]

  --only <text>     those alone that have this in their name or group (may be given several times); writes nothing
  --list            shows their names
  --package <file>  a packed library other than that of this project; writes nothing
  --work <folder>   where to install packages; kept for the next run (default: a temporary folder)
  --help            shows this

A whole run takes seven to ten minutes on two cores. The exit code is 1 if one of them fails.`;

const AT_ONCE = 2;
const LONGEST_RUN_MS = 20 * 60_000;

const SIGNS = { passed: 'ok      ', failed: 'FAILED  ', missing: 'not had ' };

/** What went wrong, told before. */
const shown = new Set();

const ROOT = path.resolve(import.meta.dirname, '../..');

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    package: { type: 'string' },
    work: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const work = options.work
  ? path.resolve(options.work)
  : fs.mkdtempSync(path.join(os.tmpdir(), 'm2m-surroundings-'));

process.on('exit', () => {
  killAll();
  if (!options.work) fs.rmSync(work, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

if (options.help) console.log(HELP);
else if (options.list) for (const { name } of selected()) console.log(name);
else process.exitCode = await main();

function selected() {
  const words = options.only?.map((text) => text.toLowerCase());
  const isWanted = ({ name, group }) =>
    words?.some((word) => `${group}: ${name}`.toLowerCase().includes(word)) ?? true;
  return SURROUNDINGS.filter(isWanted);
}

async function main() {
  const results = await tryAll(selected());
  const isWhole = !options.only && !options.package;
  if (isWhole) fs.writeFileSync(path.join(ROOT, 'docs', 'surroundings.md'), writePage(results));
  return conclude(results);
}

async function tryAll(surroundings) {
  fs.mkdirSync(work, { recursive: true });
  const tarball = options.package ? path.resolve(options.package) : await pack(ROOT, work);
  const tools = { work, tarball, folders: new InstallFolders(work, tarball) };
  const endAt = performance.now() + LONGEST_RUN_MS;
  setTimeout(killAll, LONGEST_RUN_MS).unref();
  const results = [];
  const waiting = [...surroundings.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, surrounding] = next;
      results[index] = await tryOut(surrounding, tools, endAt);
      show(results[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function show({ surrounding, outcome, words, details, seconds }) {
  console.log(`${SIGNS[outcome]}${surrounding.name} (${seconds.toFixed(0)} s)${words ? `: ${words}` : ''}`);
  // Where packages cannot be installed, all that need them fail alike.
  if (outcome === 'failed' && !shown.has(details)) console.log(details.replace(/^/gm, '    '));
  shown.add(details);
}

/** @returns the exit code */
function conclude(results) {
  const count = (wanted) => results.filter(({ outcome }) => outcome === wanted).length;
  for (const { surrounding, outcome, words } of results) {
    if (outcome !== 'passed') console.log(`${SIGNS[outcome]}${surrounding.name}: ${words}`);
  }
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('missing')} skipped`);
  return count('failed') === 0 && count('passed') > 0 ? 0 : 1;
}
