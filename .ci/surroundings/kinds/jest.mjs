import { convert, doneText, writeJob } from '../job-source.mjs';
import { expectWords } from '../workplace.mjs';

const BABEL = { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] };
const SWC = { jsc: { target: 'es2022' }, module: { type: 'commonjs' } };
const TS = { diagnostics: false, tsconfig: { esModuleInterop: true, module: 'commonjs', target: 'es2022' } };

/** What turns the source into what Jest runs, by its name in the list of surroundings. */
const TRANSFORMS = {
  none: { syntax: 'cjs', extension: 'js', transform: {} },
  'ts-jest': { syntax: 'esm', extension: 'ts', imported: '', transform: { '\\.ts$': ['ts-jest', TS] } },
  'babel-jest': { syntax: 'esm', extension: 'js', transform: { '\\.js$': ['babel-jest', BABEL] } },
  '@swc/jest': { syntax: 'esm', extension: 'js', transform: { '\\.js$': ['@swc/jest', SWC] } },
  esm: { syntax: 'esm', extension: 'mjs', transform: {}, env: { NODE_OPTIONS: '--experimental-vm-modules' } },
};

/** Runs the job in a test of Jest's, and what gets tokens once more with all of Jest's timers faked. */
export async function check(place, { transform: name, environment = 'node', parts }) {
  const { syntax, extension, imported = `.${extension}`, transform, env } = TRANSFORMS[name];
  writeJob(place.folder, { syntax, extension, imported, parts });
  place.copy('jest.test.mjs', `job.test.${extension}`, (text) => {
    // CommonJS has these names from Jest itself.
    const own = syntax === 'cjs' ? text.replace(/^.*@jest\/globals.*$/m, '') : text;
    return convert(own, syntax, imported).replace('JOB_DONE', doneText(parts));
  });
  place.write('jest.config.json', {
    testEnvironment: environment,
    testMatch: ['**/*.test.*'],
    moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json'],
    transform,
  });
  const output = await place.tool('jest', ['--no-watchman', '--runInBand', '--detectOpenHandles'], {
    env,
    limitMs: 60_000,
  });
  expectWords(output, '2 passed, 2 total');
  if (/open handle/.test(output)) throw new Error(`Jest was left something open:\n${output.slice(-5_000)}`);
}
