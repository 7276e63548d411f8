import { doneText, writeJob } from '../job-source.mjs';
import { expectWords } from '../workplace.mjs';

/** Runs the job as ES module and as CommonJS, and sees that `import` and `require` give the same classes. */
export async function check(place, { command = [], parts }) {
  writeJob(place.folder, { syntax: 'esm', extension: 'mjs', parts });
  writeJob(place.folder, { syntax: 'cjs', extension: 'cjs', parts });
  place.write('esm.mjs', `import { job } from './job.mjs';\nconsole.log(await job());\n`);
  place.write('commonjs.cjs', `require('./job.cjs').job().then(console.log);\n`);
  place.copy('identity.cjs');
  expectWords(await place.node([...command, 'esm.mjs']), doneText(parts));
  expectWords(await place.node([...command, 'commonjs.cjs']), doneText(parts));
  expectWords(await place.node([...command, 'identity.cjs']), 'one class, whatever the way in');
}
