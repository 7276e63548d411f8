import fs from 'node:fs';
import path from 'node:path';

/** How to start each bundler, by what it is called. All write `out/main.mjs` or `out/main.cjs`. */
export const BUNDLERS = { esbuild, webpack, rollup, rolldown, tsup, ncc };

const extensionOf = (output) => (output === 'esm' ? 'mjs' : 'cjs');

function esbuild(place, { input, output, banner }) {
  const out = `out/main.${extensionOf(output)}`;
  const options = [
    '--bundle',
    '--platform=node',
    `--format=${output}`,
    `--outfile=${out}`,
    '--log-level=warning',
  ];
  return place.tool('esbuild', [input, ...options, ...(banner ? [`--banner:js=${banner}`] : [])]);
}

function tsup(place, { input, output, banner }) {
  const options = {
    entry: { main: input },
    format: [output],
    platform: 'node',
    outDir: 'out',
    ...(banner && { banner: { js: banner } }),
  };
  const functions = `outExtension: () => ({ js: '.${extensionOf(output)}' }), noExternal: [/.*/]`;
  place.write('tsup.config.mjs', `export default { ...${JSON.stringify(options)}, ${functions} };\n`);
  return place.tool('tsup', []);
}

function webpack(place, { input, output }) {
  const isModule = output === 'esm';
  place.write('webpack.config.json', {
    mode: 'production',
    target: 'node20',
    entry: `./${input}`,
    devtool: false,
    optimization: { minimize: false },
    output: {
      path: path.join(place.folder, 'out'),
      filename: `main.${extensionOf(output)}`,
      chunkFilename: `[id].${extensionOf(output)}`,
      chunkFormat: isModule ? 'module' : 'commonjs',
      ...(isModule && { module: true, library: { type: 'module' } }),
    },
    ...(isModule && { experiments: { outputModule: true } }),
  });
  return place.tool('webpack-cli', ['--config', 'webpack.config.json']);
}

function rollup(place, { input, output }) {
  const lines = [
    `import commonjs from '@rollup/plugin-commonjs';`,
    `import json from '@rollup/plugin-json';`,
    `import nodeResolve from '@rollup/plugin-node-resolve';`,
    'export default {',
    `  input: '${input}',`,
    `  plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()],`,
    `  output: ${JSON.stringify(inChunks(output))},`,
    '};',
  ];
  place.write('rollup.config.mjs', `${lines.join('\n')}\n`);
  return place.tool('rollup', ['--config', '--silent']);
}

function rolldown(place, { input, output }) {
  const options = { input, platform: 'node', output: inChunks(output) };
  place.write('rolldown.config.mjs', `export default ${JSON.stringify(options)};\n`);
  return place.tool('rolldown', ['--config', 'rolldown.config.mjs', '--logLevel', 'silent']);
}

function inChunks(output) {
  const extension = extensionOf(output);
  return {
    dir: 'out',
    format: output,
    entryFileNames: `main.${extension}`,
    chunkFileNames: `[name].${extension}`,
  };
}

/** Its bundle is an ES module where the package that it works in is of that type. */
async function ncc(place, { input, output }) {
  place.write('package.json', { private: true, ...(output === 'esm' && { type: 'module' }) });
  await place.tool('@vercel/ncc', ['build', input, '--out', 'out', '--no-cache', '--quiet']);
  const folder = path.join(place.folder, 'out');
  const written = fs.readdirSync(folder).find((file) => /^index\.[cm]?js$/.test(file));
  fs.copyFileSync(path.join(folder, written), path.join(folder, `main.${extensionOf(output)}`));
}
