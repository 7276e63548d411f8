/** What is installed together, beside the packed library and axios: few folders, since installing takes longest. */
export const FOLDERS = {
  common: [
    'mocha@12 sinon@22 vitest@4 undici@7',
    'esbuild@0.28 webpack@5 webpack-cli@6 rollup@4 rolldown@1 tsup@8 @vercel/ncc@0.45 typescript@5.9',
    '@rollup/plugin-node-resolve@16 @rollup/plugin-commonjs@29 @rollup/plugin-json@6',
    'express@5 express-4@npm:express@4 fastify@5 koa@3',
    'nock@14 msw@2 axios-mock-adapter@2',
  ],
  opentelemetry: [
    '@opentelemetry/api@1 @opentelemetry/sdk-trace-node@2',
    '@opentelemetry/instrumentation-http@0.223 @opentelemetry/instrumentation-undici@0.33',
  ],
  types: [
    'typescript-5.4@npm:typescript@5.4 typescript-5.6@npm:typescript@5.6 typescript-5.9@npm:typescript@5.9',
    'typescript-6@npm:typescript@6 typescript-7@npm:typescript@7',
    '@types/node@20 undici@7 ioredis@5 redis@5',
  ],
  // No axios here.
  alone: ['typescript-5.9@npm:typescript@5.9 typescript-7@npm:typescript@7 @types/node@20'],
  'types-node-22': nodeTypes('22'),
  'types-node-24': nodeTypes('24'),
  'types-node-26': nodeTypes('26'),
  'jest-29': [...jest('29'), 'typescript@5.9'],
  'jest-30': [...jest('30'), 'typescript@6'],
  'nest-11': nest('11'),
  'nest-12': nest('12'),
  next: ['next@16 react@19 react-dom@19 undici@7'],
  'vitest-5': ['vitest@5 undici@7'],
  'node-20.19.0': [nodeBinary('20.19.0')],
  'node-22': [nodeBinary('22')],
  'node-24': [nodeBinary('24')],
  'node-26': [nodeBinary('26')],
  bun: [`@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}@1`],
  deno: [denoBinary()],
};

/** The binaries that are packages of the registry: what an install script fetches from elsewhere may not be had. */
function nodeBinary(version) {
  return `node-${process.platform}-${process.arch}@${version}`;
}

function denoBinary() {
  const system =
    process.platform === 'linux' ? `linux-${process.arch}-glibc` : `${process.platform}-${process.arch}`;
  return `@deno/${system}@2`;
}

function nodeTypes(version) {
  return [
    'typescript-5.9@npm:typescript@5.9 typescript-7@npm:typescript@7 undici@7 @opentelemetry/api@1',
    `@types/node@${version}`,
  ];
}

function jest(version) {
  return [
    `jest@${version} babel-jest@${version} jest-environment-jsdom@${version} @jest/globals@${version}`,
    'ts-jest@29 @swc/jest@0.2 @swc/core@1 @babel/core@7 @babel/preset-env@7 undici@7',
  ];
}

function nest(version) {
  return [
    ['common', 'core', 'platform-express', 'platform-fastify', 'testing']
      .map((name) => `@nestjs/${name}@${version}`)
      .join(' '),
    'reflect-metadata@0.2 rxjs@7 typescript@5.9 @types/node@20',
  ];
}
