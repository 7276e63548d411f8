/** Samples of the pages in docs/ that need packages of their own. `tag`: what stands behind the language of the sample. */
export function pageSamples() {
  const common = { group: 'Samples of the pages', kind: 'page-sample', folder: 'common' };
  const testing = { ...common, page: 'testing.md' };
  const frameworks = { ...common, page: 'frameworks.md', isService: true };
  return [
    { ...testing, tag: 'nock', name: 'nock, by its sample', packages: ['nock'] },
    { ...testing, tag: 'msw', name: 'msw, by its sample', packages: ['msw'] },
    { ...testing, tag: 'node', name: 'node:test, by its sample', packages: [] },
    { ...testing, tag: 'jest', name: 'Jest, by its sample', packages: ['jest'], folder: 'jest-30' },
    { ...testing, tag: 'vitest', name: 'Vitest, by its sample', packages: ['vitest'] },
    { ...frameworks, tag: 'express', name: 'Express, by its sample', packages: ['express'] },
    { ...frameworks, tag: 'fastify', name: 'Fastify, by its sample', packages: ['fastify'] },
    {
      ...frameworks,
      tag: 'nest',
      name: 'NestJS, by its sample',
      packages: ['@nestjs/core'],
      folder: 'nest-11',
    },
  ];
}
