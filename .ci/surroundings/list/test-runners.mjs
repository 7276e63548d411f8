export function testRunners() {
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
