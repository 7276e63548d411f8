import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { expectWords } from '../workplace.mjs';

const DOCS = path.resolve(import.meta.dirname, '../../../docs');

/** Runs a sample of a page, as somebody would who pastes it. */
export async function check(place, { page, tag, isService = false }) {
  const [code, words] = readSample(page, tag);
  if (isService) return checkService(place, tag, code);
  const start = STARTS[tag] ?? startScript;
  const output = await start(place, code);
  for (const expected of words.length > 0 ? words : [PASSED[tag]]) expectWords(output, expected);
}

/** @returns the code, and what its comments say it prints */
function readSample(page, tag) {
  const text = fs.readFileSync(path.join(DOCS, page), 'utf8');
  const [, code] = new RegExp(`^\`\`\`[jt]s ${tag}\\n(.*?)^\`\`\`$`, 'ms').exec(text) ?? [];
  assert(code, `${page} has no sample for ${tag}`);
  return [code, [...code.matchAll(/\/\/ prints: (.+)$/gm)].map(([, words]) => words)];
}

const PASSED = { node: '# pass 1', jest: '2 passed, 2 total', vitest: '2 passed' };
const STARTS = { node: startNodeTest, jest: startJest, vitest: startVitest };

function startScript(place, code) {
  place.write('main.mjs', code);
  return place.node(['main.mjs'], { limitMs: 60_000 });
}

function startNodeTest(place, code) {
  place.write('sample.test.mjs', code);
  return place.node(['--test', '--test-reporter=tap', 'sample.test.mjs'], { limitMs: 60_000 });
}

function startJest(place, code) {
  place.write('sample.test.mjs', code);
  place.write('jest.config.json', {
    testMatch: ['**/*.test.mjs'],
    moduleFileExtensions: ['mjs', 'js'],
    transform: {},
  });
  const env = { NODE_OPTIONS: '--experimental-vm-modules' };
  return place.tool('jest', ['--no-watchman', '--runInBand'], { env, limitMs: 60_000 });
}

function startVitest(place, code) {
  place.write('sample.test.mjs', code);
  return place.tool('vitest', ['run', 'sample.test.mjs', '--pool', 'forks', '--no-cache'], {
    limitMs: 60_000,
  });
}

/** Starts the service, gets an answer from it, ends it by SIGTERM, and sees that its process ends. */
async function checkService(place, tag, code) {
  place.copy('page-service.mjs', 'main.mjs');
  const file = tag === 'nest' ? await compileForNest(place, code) : 'service.mjs';
  if (tag !== 'nest') place.write(file, code);
  expectWords(await place.node(['main.mjs', file], { limitMs: 60_000 }), 'the service works, and ends');
}

/** @returns the file that was made */
async function compileForNest(place, code) {
  place.write('src/service.ts', code);
  place.write('tsconfig.json', {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      skipLibCheck: true,
      types: ['node'],
      rootDir: 'src',
      outDir: 'out',
    },
    include: ['src'],
  });
  await place.tool('typescript', [], { bin: 'tsc' });
  return 'out/service.js';
}
