import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BUNDLERS } from '../bundlers.mjs';
import { doneText, writeJob } from '../job-source.mjs';
import { expectWords } from '../workplace.mjs';

/** The file that each kind of source starts with, and what it prints at last. */
const SOURCES = {
  esm: { write: writeModule, wordsOf: doneText },
  cjs: { write: writeCommonJs, wordsOf: doneText },
  both: { write: writeBoth, wordsOf: () => 'one class, whatever the way in' },
};

/**
 * Bundles the job with all that it needs, and runs the bundle where nothing is installed.
 * @param source what the job is written in
 * @param output what the bundle is
 * @param parts of the job, if not all
 */
export async function check(place, { bundler, source, output, banner, parts }) {
  const { write, wordsOf } = SOURCES[source];
  const input = write(place, bundler, parts);
  await BUNDLERS[bundler](place, { input, output, banner });
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'm2m-bundle-'));
  try {
    fs.cpSync(path.join(place.folder, 'out'), elsewhere, { recursive: true });
    const file = path.join(elsewhere, output === 'esm' ? 'main.mjs' : 'main.cjs');
    expectWords(await place.node([file], { cwd: elsewhere, limitMs: 60_000 }), wordsOf(parts));
  } finally {
    fs.rmSync(elsewhere, { recursive: true, force: true });
  }
}

function writeModule(place, bundler, parts) {
  // ncc makes of `.mjs` an ES module, always.
  const extension = bundler === 'ncc' ? 'js' : 'mjs';
  writeJob(place.folder, { syntax: 'esm', extension, parts });
  return writeMain(place, extension, `import { job } from './job.${extension}';\njob().then(console.log);\n`);
}

function writeCommonJs(place) {
  writeJob(place.folder, { syntax: 'cjs', extension: 'cjs' });
  return writeMain(place, 'cjs', `require('./job.cjs').job().then(console.log);\n`);
}

/** As an application does whose dependencies are of both kinds. */
function writeBoth(place, bundler) {
  place.write('required.cjs', `module.exports = require('m2m-token-provider');\n`);
  const lines = [
    `import { TokenEndpointError, TokenProvider } from 'm2m-token-provider';`,
    `import required from './required.cjs';`,
    'const isOne = TokenProvider === required.TokenProvider && TokenEndpointError === required.TokenEndpointError;',
    `console.log(isOne ? 'one class, whatever the way in' : 'two classes of the same name');`,
  ];
  return writeMain(place, bundler === 'ncc' ? 'js' : 'mjs', `${lines.join('\n')}\n`);
}

function writeMain(place, extension, text) {
  place.write(`main.${extension}`, text);
  return `main.${extension}`;
}
