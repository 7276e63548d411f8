import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { leaveOut } from './left-out.mjs';

/**
 * One graph of modules, written in both formats: what two subpaths share is in a file of its own, so that each class is
 * there once.
 * @returns the files of other packages that went into it
 */
export async function bundle(root, isOutside, entries) {
  const [main, clientAuth] = ['index', 'client-auth'].map((door) =>
    importsOf(path.join(root, 'lib', `${door}.ts`)),
  );
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, path.join(root, 'lib', `${entry}.ts`)])),
    cwd: root,
    platform: 'node',
    external: isOutside,
    // Without the second, CommonJS packages would call `require` in an ES module, where bundlers find none.
    plugins: [
      leaveOut(),
      esmExternalRequirePlugin({ external: builtinModules }),
      main.plugin,
      clientAuth.plugin,
    ],
    onLog: (level, log) => {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  // Each further file costs a start some part of a millisecond, and so does code that is not needed: the authenticators need a tenth of
  // what the main entry does.
  const groups = [
    { name: 'base', test: (id) => main.has(id) && clientAuth.has(id), priority: 2 },
    { name: 'main', test: main.has, priority: 1 },
  ];
  const modules = await build.write(outputOptions(root, 'esm', 'js', groups));
  const commonJs = await build.write(outputOptions(root, 'cjs', 'cjs', groups));
  await build.close();
  const chunks = [...modules.output, ...commonJs.output].filter(({ type }) => type === 'chunk');
  for (const chunk of chunks) slimMap(root, chunk);
  return chunks.flatMap(({ moduleIds }) => moduleIds).filter(isOfPackage);
}

/** Source maps are for the sources of this library: code of other packages stands there much as they publish it. */
function slimMap(root, { fileName, code, moduleIds, sourcemapFileName }) {
  if (!sourcemapFileName) return;
  const file = path.join(root, 'dist', sourcemapFileName);
  if (!moduleIds.some(isOwn)) {
    fs.rmSync(file);
    fs.writeFileSync(path.join(root, 'dist', fileName), code.replace(/\/\/# sourceMappingURL=.*\n?$/, ''));
    return;
  }
  const map = JSON.parse(fs.readFileSync(file, 'utf8'));
  const sourcesContent = map.sourcesContent?.map((text, index) =>
    isOfPackage(map.sources[index]) ? null : text,
  );
  fs.writeFileSync(file, JSON.stringify({ ...map, sourcesContent }));
}

const isOwn = (file) => path.isAbsolute(file) && !isOfPackage(file);
const isOfPackage = (file) => /[\\/]node_modules[\\/]/.test(file);

/** All that a door imports at once. */
function importsOf(entry) {
  const ids = new Set();
  const plugin = {
    name: `imports-of-${path.basename(entry, '.ts')}`,
    buildEnd() {
      const visit = (id) => {
        if (ids.has(id)) return;
        ids.add(id);
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) visit(imported);
      };
      visit(entry);
      ids.delete(entry);
    },
  };
  return { plugin, has: (id) => ids.has(id) };
}

function outputOptions(root, format, extension, groups) {
  return {
    dir: path.join(root, 'dist'),
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `shared/[name].${extension}`,
    codeSplitting: { groups },
    sourcemap: true,
    // Debuggers meet the ES modules; for the rest, names and lines are enough.
    sourcemapExcludeSources: format === 'cjs',
    comments: { legal: true, annotation: true, jsdoc: false },
    // Jest runs CommonJS where `import()` is refused.
    dynamicImportInCjs: false,
  };
}
