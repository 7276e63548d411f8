export function typescript() {
  const resolutions = [
    { moduleResolution: 'node10', module: 'commonjs', type: 'commonjs' },
    { moduleResolution: 'node16', module: 'node16', type: 'commonjs' },
    { moduleResolution: 'node16', module: 'node16', type: 'module' },
    { moduleResolution: 'nodenext', module: 'nodenext', type: 'commonjs' },
    { moduleResolution: 'nodenext', module: 'nodenext', type: 'module' },
    { moduleResolution: 'bundler', module: 'esnext', type: 'module' },
  ];
  const FORMATS = { commonjs: 'CommonJS', module: 'ES modules' };
  const all = ['5.4', '5.6', '5.9', '6', '7'].flatMap((version) =>
    resolutions.map((resolution) => ({
      group: 'TypeScript, with and without `skipLibCheck`',
      kind: 'typescript',
      folder: 'types',
      name: `TypeScript ${version}, ${resolution.moduleResolution}, ${FORMATS[resolution.type]}`,
      packages: [`typescript-${version}`],
      version,
      ...resolution,
      ...(version === '7' &&
        resolution.moduleResolution === 'node10' && { missing: 'TypeScript 7 knows no node10' }),
    })),
  );
  const alone = all
    .filter(
      ({ version, moduleResolution }) => ['5.9', '7'].includes(version) && moduleResolution === 'nodenext',
    )
    .map((surrounding) => ({
      ...surrounding,
      folder: 'alone',
      name: `${surrounding.name}, nothing else installed`,
      typed: 'typed-alone',
      parts: ['first-token', 'renewal', 'fetch'],
    }));
  const nodeTypes = ['22', '24', '26'].flatMap((nodeVersion) =>
    alone.map((surrounding) => ({
      ...surrounding,
      folder: `types-node-${nodeVersion}`,
      name: `TypeScript ${surrounding.version}, ${FORMATS[surrounding.type]}, @types/node ${nodeVersion}, all entries`,
      packages: [...surrounding.packages, '@types/node'],
      typed: 'typed-entries',
      parts: ['first-token', 'renewal', 'client-auth'],
    })),
  );
  return [...all, ...alone, ...nodeTypes];
}
