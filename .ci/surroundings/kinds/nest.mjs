import { convert } from '../job-source.mjs';
import { expectWords } from '../workplace.mjs';

/** As Nest's own projects are made: TypeScript with decorators, compiled to CommonJS or to ES modules. */
export async function check(place, { module, moduleResolution, type = 'commonjs' }) {
  place.write('package.json', { private: true, type });
  const toTypeScript = (text) => convert(text, 'esm', '.js');
  place.copy('job/server.mjs', 'src/server.ts', toTypeScript);
  place.copy('framework/main.mjs', 'src/main.ts', toTypeScript);
  place.copy('framework/nest.ts', 'src/start.ts', toTypeScript);
  place.write('tsconfig.json', {
    compilerOptions: {
      module,
      moduleResolution,
      target: 'es2022',
      esModuleInterop: true,
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
  expectWords(await place.node(['out/main.js'], { limitMs: 60_000 }), 'the service works');
}
