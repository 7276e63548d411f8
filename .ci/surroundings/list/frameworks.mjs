export function frameworks() {
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
