export function interceptors() {
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

export function contexts() {
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

export function installs() {
  return ['undici@6', 'ioredis@4', 'redis@3', 'axios@0.27'].map((beside) => ({
    group: 'Installed beside older packages',
    kind: 'install',
    name: `npm install beside ${beside.replace('@', ' ')}`,
    packages: [],
    beside: [beside],
  }));
}
