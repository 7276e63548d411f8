import { convert, doneText, writeJob } from '../job-source.mjs';
import { expectWords } from '../workplace.mjs';

/** A test that fails may leave its process running. */
const LIMIT = { limitMs: 45_000 };

/** How to start each, and what it prints when both tests have passed. */
const RUNNERS = {
  'node:test': {
    fixture: 'node.test.mjs',
    start: (place, file) => place.node(['--test', file], LIMIT),
    words: 'pass 2',
  },
  mocha: {
    fixture: 'mocha.test.mjs',
    start: (place, file) => place.tool('mocha', [file], LIMIT),
    words: '2 passing',
  },
  vitest: { fixture: 'vitest.test.mjs', start: startVitest, words: '2 passed' },
};

/** Runs the job in a test, and what gets tokens once more with all timers faked. */
export async function check(place, { runner, syntax = 'esm', inlined = false }) {
  const { fixture, start, words } = RUNNERS[runner];
  const extension = syntax === 'esm' ? 'mjs' : 'cjs';
  const file = `job.test.${extension}`;
  writeJob(place.folder, { syntax, extension });
  place.copy(fixture, file, (text) => convert(text, syntax, `.${extension}`).replace('JOB_DONE', doneText()));
  if (inlined) {
    const inline = ['m2m-token-provider'];
    place.write(
      'vitest.config.mjs',
      `export default ${JSON.stringify({ test: { server: { deps: { inline } } } })};\n`,
    );
  }
  expectWords(await start(place, file), words);
}

function startVitest(place, file) {
  return place.tool('vitest', ['run', file, '--pool', 'forks', '--no-cache'], LIMIT);
}
