export function runtimes() {
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
      parts: ['first-token', 'renewal', 'axios', 'fetch', 'redis', 'verify', 'client-auth', 'testing'],
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
