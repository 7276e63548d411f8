import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { leaveOut } from './left-out.mjs';

/**
 * One graph of modules, written in both formats: what two subpaths share is in a file of its own, so that each class is
 * there once. Programs are written as ES modules alone.
 * @returns the files of other packages that went into it
 */
export async function bundle(root, isOutside, entries, programs) {
  const esm = { format: 'esm', extension: 'js' };
  const chunks = [
    ...(await write(root, isOutside, [...entries, ...programs], esm)),
    ...(await write(root, isOutside, entries, { format: 'cjs', extension: 'cjs' })),
  ];
  for (const chunk of chunks) slimMap(root, chunk);
  return chunks.flatMap(({ moduleIds }) => moduleIds).filter(isOfPackage);
}

async function write(root, isOutside, entries, { format, extension }) {
  const fileOf = (entry) => path.join(root, 'lib', `${entry}.ts`);
  const [main, clientAuth, command] = ['index', 'client-auth', 'cli'].map((entry) =>
    importsOf(fileOf(entry)),
  );
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, fileOf(entry)])),
    cwd: root,
    platform: 'node',
    external: isOutside,
    // Without the second, CommonJS packages would call `require` in an ES module, where bundlers find none.
    plugins: [
      leaveOut(),
      esmExternalRequirePlugin({ external: builtinModules }),
      ...[main, clientAuth, command].map(({ plugin }) => plugin),
    ],
    onLog: (level, log) => {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  // Each further file costs a start some part of a millisecond, and so does code that is not needed: the authenticators need a tenth of
  // what the main entry does. The command line needs all of the main entry, and that entry's file only names what is in another.
  const groups = [
    { name: 'base', test: (id) => main.has(id) && clientAuth.has(id), priority: 3 },
    { name: 'main', test: (id) => main.has(id) || id === fileOf('index'), priority: 2 },
    { name: 'command', test: command.has, priority: 1 },
  ];
  const { output } = await build.write(outputOptions(root, format, extension, groups));
  await build.close();
  return output.filter(({ type }) => type === 'chunk');
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

/** All that a door, or a program, imports at once; nothing, where it is not built. */
function importsOf(entry) {
  const ids = new Set();
  const plugin = {
    name: `imports-of-${path.basename(entry, '.ts')}`,
    buildEnd() {
      const visit = (id) => {
        if (ids.has(id) || !this.getModuleInfo(id)) return;
        ids.add(id);
        for (const imported of this.getModuleInfo(id).importedIds) visit(imported);
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
