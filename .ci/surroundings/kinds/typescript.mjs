import { doneText, writeJob } from '../job-source.mjs';
import { expectWords } from '../workplace.mjs';

/** Checks the types, with and without those of all libraries; then compiles the job, and runs it. */
export async function check(place, { version, module, moduleResolution, type, typed = 'typed', parts }) {
  const compile = (options, skipLibCheck) => {
    const files = ['typed.ts', 'main.ts'];
    place.write('tsconfig.json', { compilerOptions: { ...base, ...options, skipLibCheck }, files });
    return place.tool(`typescript-${version}`, [], { bin: 'tsc' });
  };
  const base = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    esModuleInterop: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    // The job is written without types.
    noImplicitAny: false,
    types: ['node'],
    ...(version === '6' && moduleResolution === 'node10' && { ignoreDeprecations: '6.0' }),
  };
  place.write('package.json', { private: true, type });
  place.copy(`${typed}.ts`, 'typed.ts');
  writeJob(place.folder, { syntax: 'esm', extension: 'ts', imported: '.js', parts });
  place.write('main.ts', `import { job } from './job.js';\nvoid job().then(console.log);\n`);
  await compile({ noEmit: true }, false).catch(throwOwnErrors);
  await compile({ rootDir: '.', outDir: 'out' }, true);
  expectWords(await place.node(['out/main.js']), doneText(parts));
}

/** Old compilers do not understand the types of every package; these must be understood. */
function throwOwnErrors(error) {
  const lines = (error.output ?? '').split('\n').filter((line) => /error TS\d+/.test(line));
  const isForeign = (line) => /node_modules\/(?!m2m-token-provider\/)/.test(line);
  if (lines.length === 0 || !lines.every(isForeign)) throw error;
}
