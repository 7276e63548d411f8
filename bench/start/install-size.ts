import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What npm puts on the disk for a package and all that it needs in production. */
export interface InstallSize {
  readonly packages: number;
  readonly bytes: number;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** Of a package as it is installed in this folder. */
export function sizeOfInstalled(folder: string): InstallSize {
  return sizeOf(folder, sizeOfFolder(folder));
}

/** Of a package that would be published from this folder. */
export function sizeOfPublished(folder: string): InstallSize {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(text) as { readonly unpackedSize: number }[];
  return sizeOf(folder, packed?.unpackedSize ?? Number.NaN);
}

function sizeOf(folder: string, ownBytes: number): InstallSize {
  const needed = new Set<string>();
  collect(folder, needed);
  needed.delete(folder);
  const bytes = [...needed].map(sizeOfFolder).reduce((sum, each) => sum + each, ownBytes);
  return { packages: needed.size + 1, bytes };
}

function collect(folder: string, found: Set<string>): void {
  if (found.has(folder)) return;
  found.add(folder);
  const text = readFileSync(path.join(folder, 'package.json'), 'utf8');
  for (const name of namesOf(JSON.parse(text) as Manifest)) {
    const place = findInstalled(name, folder);
    if (place) collect(place, found);
  }
}

function namesOf(manifest: Manifest): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest;
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

/** Where Node.js would find it; nowhere, when it is optional and for another system. */
function findInstalled(name: string, from: string): string | undefined {
  const place = path.join(from, 'node_modules', name);
  if (existsSync(place)) return place;
  const above = path.dirname(from);
  return above === from ? undefined : findInstalled(name, above);
}

/** Without the packages inside. */
function sizeOfFolder(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? sizeOfFolder(place) : lstatSync(place).size;
    })
    .reduce((sum, each) => sum + each, 0);
}
