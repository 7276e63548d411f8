export function bundlers() {
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
    ...['esbuild', 'tsup'].map((bundler) => ({
      ...common,
      name: `${bundler}, to ES modules without a banner`,
      packages: [bundler],
      bundler,
      source: 'esm',
      output: 'esm',
      parts: ['first-token', 'renewal', 'fetch'],
      note: 'where the application itself bundles neither axios nor undici',
    })),
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
      note: 'with a banner that defines `require`, which axios and undici need there',
    };
  }
  return {};
}
