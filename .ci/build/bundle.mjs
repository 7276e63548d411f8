import path from 'node:path';
import { rolldown } from 'rolldown';

/**
 * One graph of modules, written in both formats: what two subpaths share is in a file of its own, so that each class is
 * there once.
 * @returns the files of other packages that went into it
 */
export async function bundle(root, isOutside, entries) {
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, path.join(root, 'lib', `${entry}.ts`)])),
    cwd: root,
    platform: 'node',
    external: isOutside,
    onLog: (level, log) => {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await build.write(outputOptions(root, 'esm', 'js'));
  await build.write(outputOptions(root, 'cjs', 'cjs'));
  await build.close();
  return output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .filter((file) => file.includes(`${path.sep}node_modules${path.sep}`));
}

function outputOptions(root, format, extension) {
  return {
    dir: path.join(root, 'dist'),
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `shared/[name].${extension}`,
    sourcemap: true,
    // Debuggers meet the ES modules; for the rest, names and lines are enough.
    sourcemapExcludeSources: format === 'cjs',
    comments: { legal: true, annotation: true, jsdoc: false },
    // Jest runs CommonJS where `import()` is refused.
    dynamicImportInCjs: false,
  };
}
