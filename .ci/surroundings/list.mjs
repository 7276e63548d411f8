/**
 * All surroundings that are tried. Each has a `name`, the `kind` of trial (a file in kinds/, which gets the rest of it),
 * the `folder` it is installed in, the `packages` whose versions are told, and perhaps the `runtime` that it runs on.
 */
export const SURROUNDINGS = [
  ...runtimes(),
  ...testRunners(),
  ...typescript(),
  ...bundlers(),
  ...frameworks(),
  ...interceptors(),
  ...contexts(),
  ...installs(),
];

function runtimes() {
  const common = { group: 'Runtimes', kind: 'runtime', folder: 'common', packages: [] };
  return [
    ...['node-20.19.0', 'node-22', 'node-24', 'node-26'].map((runtime) => ({
      ...common,
      name: runtime.replace('node-', 'Node.js '),
      runtime,
    })),
    {
      ...common,
      name: 'Bun',
      runtime: 'bun',
      parts: ['first-token', 'renewal', 'axios', 'fetch', 'redis'],
      note: 'without undici, of which Bun has a stand-in of its own that takes no interceptors',
    },
    {
      ...common,
      name: 'Deno',
      runtime: 'deno',
      command: ['run', '--allow-all', '--node-modules-dir=manual'],
    },
  ];
}

function testRunners() {
  const group = 'Test runners, timers faked and not';
  const transforms = ['none', 'ts-jest', 'babel-jest', '@swc/jest', 'esm'];
  const jest = ['29', '30'].flatMap((version) => {
    const common = { group, kind: 'jest', folder: `jest-${version}` };
    const parts = ['first-token', 'renewal', 'axios'];
    return [
      ...transforms.map((transform) => ({
        ...common,
        name: `Jest ${version}, ${{ none: 'CommonJS', esm: 'ES modules' }[transform] ?? `CommonJS by ${transform}`}`,
        packages: ['jest', ...(transform.includes('jest') ? [transform] : [])],
        transform,
      })),
      {
        ...common,
        name: `Jest ${version}, jsdom`,
        packages: ['jest', 'jest-environment-jsdom'],
        transform: 'babel-jest',
        environment: 'jsdom',
        parts,
      },
    ];
  });
  const common = { group, kind: 'test-runner', folder: 'common' };
  return [
    ...jest,
    { ...common, name: 'Vitest 4', packages: ['vitest'], runner: 'vitest' },
    { ...common, name: 'Vitest 4, library inlined', packages: ['vitest'], runner: 'vitest', inlined: true },
    {
      ...common,
      name: 'Vitest 5',
      folder: 'vitest-5',
      packages: ['vitest'],
      runner: 'vitest',
      runtime: 'node-24',
    },
    { ...common, name: 'node:test, ES modules', packages: [], runner: 'node:test' },
    { ...common, name: 'node:test, CommonJS', packages: [], runner: 'node:test', syntax: 'cjs' },
    { ...common, name: 'Mocha and sinon, ES modules', packages: ['mocha', 'sinon'], runner: 'mocha' },
    {
      ...common,
      name: 'Mocha and sinon, CommonJS',
      packages: ['mocha', 'sinon'],
      runner: 'mocha',
      syntax: 'cjs',
    },
  ];
}

function typescript() {
  const resolutions = [
    { moduleResolution: 'node10', module: 'commonjs', type: 'commonjs' },
    { moduleResolution: 'node16', module: 'node16', type: 'commonjs' },
    { moduleResolution: 'node16', module: 'node16', type: 'module' },
    { moduleResolution: 'nodenext', module: 'nodenext', type: 'commonjs' },
    { moduleResolution: 'nodenext', module: 'nodenext', type: 'module' },
    { moduleResolution: 'bundler', module: 'esnext', type: 'module' },
  ];
  const FORMATS = { commonjs: 'CommonJS', module: 'ES modules' };
  return ['5.4', '5.6', '5.9', '6', '7'].flatMap((version) =>
    resolutions
      .filter(({ moduleResolution }) => !(version === '7' && moduleResolution === 'node10'))
      .map((resolution) => ({
        group: 'TypeScript, with and without `skipLibCheck`',
        kind: 'typescript',
        folder: 'types',
        name: `TypeScript ${version}, ${resolution.moduleResolution}, ${FORMATS[resolution.type]}`,
        packages: [`typescript-${version}`],
        version,
        ...resolution,
      })),
  );
}

function bundlers() {
  const common = { group: 'Bundlers, run where nothing is installed', kind: 'bundler', folder: 'common' };
  const SOURCES = { esm: 'ES modules', cjs: 'CommonJS', both: 'both' };
  const all = ['esbuild', 'webpack', 'rollup', 'rolldown', 'tsup', 'ncc'].flatMap((bundler) =>
    ['esm', 'cjs', 'both'].flatMap((source) =>
      ['esm', 'cjs'].map((output) => ({
        ...common,
        name: `${bundler}, ${SOURCES[source]} to ${SOURCES[output]}`,
        packages: [{ ncc: '@vercel/ncc' }[bundler] ?? bundler],
        bundler,
        source,
        output,
        ...specialsOf(bundler, source, output),
      })),
    ),
  );
  return [
    // ncc makes CommonJS of it, always.
    ...all.filter(
      ({ bundler, source, output }) => !(bundler === 'ncc' && source === 'cjs' && output === 'esm'),
    ),
    {
      ...common,
      name: 'esbuild, to ES modules without a banner',
      packages: ['esbuild'],
      bundler: 'esbuild',
      source: 'no-require',
      output: 'esm',
    },
  ];
}

function specialsOf(bundler, source, output) {
  if (bundler === 'ncc' && source === 'both') {
    return {
      missing:
        'ncc knows no condition that both share, so that classes are there twice; errors have a `code`',
    };
  }
  if (bundler === 'rollup') {
    return {
      runtime: 'node-24',
      note: 'on Node.js 22 or newer: rollup puts what undici asks for there at the top',
    };
  }
  if (output === 'esm' && (bundler === 'esbuild' || bundler === 'tsup')) {
    const rename = 'createRequire as makeRequire';
    const banner = `import { ${rename} } from 'node:module'; const require = makeRequire(import.meta.url);`;
    return {
      banner,
      note: 'with a banner that defines `require`, as CommonJS packages such as axios need there',
    };
  }
  return {};
}

function frameworks() {
  const group = 'Frameworks, whose users are not answered 401';
  const plain = { group, kind: 'framework', folder: 'common' };
  const nest = { group, kind: 'nest', folder: 'nest-11', packages: ['@nestjs/core'] };
  const next = { group, kind: 'next', folder: 'next', packages: ['next'] };
  return [
    { ...plain, name: 'Express 5', packages: ['express'], framework: 'express' },
    { ...plain, name: 'Express 4', packages: ['express-4'], framework: 'express', packageName: 'express-4' },
    { ...plain, name: 'Fastify 5', packages: ['fastify'], framework: 'fastify' },
    { ...plain, name: 'Koa 3', packages: ['koa'], framework: 'koa' },
    { ...nest, name: 'NestJS 11, CommonJS, node10', module: 'commonjs', moduleResolution: 'node10' },
    { ...nest, name: 'NestJS 11, CommonJS, nodenext', module: 'nodenext', moduleResolution: 'nodenext' },
    {
      ...nest,
      name: 'NestJS 12, CommonJS, nodenext',
      folder: 'nest-12',
      module: 'nodenext',
      moduleResolution: 'nodenext',
    },
    {
      ...nest,
      name: 'NestJS 12, ES modules',
      folder: 'nest-12',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      type: 'module',
    },
    { ...next, name: 'Next 16, Turbopack', bundler: 'turbopack' },
    { ...next, name: 'Next 16, webpack', bundler: 'webpack' },
  ];
}

function interceptors() {
  const common = { group: 'What intercepts requests in tests', kind: 'interceptor', folder: 'common' };
  return [
    { ...common, name: 'nock', packages: ['nock'], interceptor: 'nock' },
    { ...common, name: 'msw', packages: ['msw'], interceptor: 'msw' },
    { ...common, name: 'MockAgent of undici', packages: ['undici'], interceptor: 'undici' },
    {
      ...common,
      name: 'axios-mock-adapter',
      packages: ['axios-mock-adapter'],
      interceptor: 'axios-mock-adapter',
    },
  ];
}

function contexts() {
  const common = { group: 'Contexts of requests', kind: 'context', folder: 'common' };
  return [
    {
      ...common,
      name: 'AsyncLocalStorage',
      packages: [],
      fixture: 'async-local-storage',
      words: 'no context kept',
    },
    {
      ...common,
      name: 'OpenTelemetry, http and undici',
      folder: 'opentelemetry',
      packages: ['@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-undici'],
      fixture: 'opentelemetry',
      words: 'token requests are roots',
    },
  ];
}

function installs() {
  return ['undici@6', 'ioredis@4', 'redis@3', 'axios@0.27'].map((beside) => ({
    group: 'Installed beside older packages',
    kind: 'install',
    name: `npm install beside ${beside.replace('@', ' ')}`,
    packages: [],
    beside: [beside],
  }));
}
