import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

/** From the roof down: what stands on a floor may import from lower floors, and from its own room. */
const FLOORS: readonly (readonly string[])[] = [
  ['index', 'fetch', 'undici', 'redis'],
  ['token-provider', 'attach'],
  ['clients'],
  ['refresh'],
  ['cache', 'stores'],
  ['endpoint'],
  ['options', 'events', 'errors', 'access-token', 'target', 'clock'],
];
const GROUND = FLOORS.length - 1;

/** Each package has one home. */
const HOMES: Readonly<Record<string, RegExp>> = {
  'p-retry': /^endpoint\/retry-policy$/,
  'lru-cache': /^cache\//,
  eventemitter3: /^events$/,
  undici: /^attach\/undici\//,
  axios: /^(endpoint\/transport|attach\/.*)$/,
};

interface Module {
  readonly name: string;
  readonly room: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const modules: Module[] = files('lib').map((file) => {
  const text = readFileSync(path.join('lib', file), 'utf8');
  const name = file.replace(/\.ts$/, '').replaceAll(path.sep, '/');
  const specifiers = [...text.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map(
    ([, a, b]) => a ?? b ?? '',
  );
  const imports = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => path.posix.join(path.posix.dirname(name), specifier).replace(/\.js$/, ''));
  const packages = specifiers.filter((specifier) => !/^(\.|node:)/.test(specifier));
  const [room = name] = name.split('/');
  return { name, room, text, lines: text.split('\n').length - 1, imports, packages };
});

const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

describe('the house', () => {
  it('is read by this spec', () => {
    expect(modules.length).to.be.above(30);
    expect(modules.flatMap(({ imports }) => imports).length).to.be.above(80);
  });

  for (const { name, room, imports } of modules) {
    it(`${name} stands in a room of the plan, and imports downwards alone`, () => {
      const floor = floorOf(room);
      expect(floor, room).to.be.at.least(0);
      for (const imported of imports) {
        const [otherRoom = ''] = imported.split('/');
        const isAllowed = otherRoom === room || floorOf(otherRoom) > floor || floor === GROUND;
        expect(isAllowed, `${name} imports ${imported}`).to.equal(true);
      }
    });
  }

  it('has no import cycle', () => {
    const finished = new Set<string>();
    const visit = (name: string, trail: readonly string[]): void => {
      if (trail.includes(name)) throw new Error(`A cycle: ${[...trail, name].join(' → ')}`);
      if (finished.has(name)) return;
      for (const imported of modules.find((module) => module.name === name)?.imports ?? [])
        visit(imported, [...trail, name]);
      finished.add(name);
    };
    for (const { name } of modules) visit(name, []);
    expect(finished.size).to.equal(modules.length);
  });

  it('gives each package one home; a type may be named elsewhere', () => {
    for (const { name, text, packages } of modules) {
      for (const imported of packages) {
        const isTypeOnly = text
          .split('\n')
          .some((line) => line.startsWith('import type') && line.includes(`'${imported}'`));
        const home = HOMES[imported];
        expect(home, `${imported} has no home`).to.not.equal(undefined);
        expect(isTypeOnly || home?.test(name), `${imported} in ${name}`).to.equal(true);
      }
    }
  });

  it('uses each of its dependencies, and bundles all other packages that it imports', () => {
    const { dependencies, devDependencies, peerDependencies } = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    const used = new Set(modules.flatMap(({ packages }) => packages));
    expect([...used]).to.include.members(Object.keys(dependencies));
    expect(Object.keys({ ...dependencies, ...devDependencies })).to.include.members([...used]);
    // A range there breaks the installation of those who have another version.
    expect(peerDependencies).to.equal(undefined);
  });

  it('names no download address in its lock file', () => {
    expect(readFileSync('package-lock.json', 'utf8')).to.not.contain('"resolved"');
  });

  it('loads axios late', () => {
    for (const { name, text } of modules) expect(text, name).to.not.match(/^import (?!type)[^;]*'axios'/m);
  });

  it('is mirrored by its specs, one to one', () => {
    const own = ['layout', 'dependencies', 'public-surface'];
    const specs = files('spec')
      .filter((file) => file.endsWith('.spec.ts') && !file.startsWith('scenarios'))
      .map((file) => file.replace(/\.spec\.ts$/, '').replaceAll(path.sep, '/'))
      .filter((name) => !own.includes(name));
    expect(specs.sort()).to.deep.equal(modules.map(({ name }) => name).sort());
    for (const name of own) expect(existsSync(`spec/${name}.spec.ts`)).to.equal(true);
  });

  it('is built of small files, with no drawer for odds and ends', () => {
    const sizes = modules.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).to.be.at.most(100);
    expect(sizes.at(-1)).to.be.at.most(240);
    for (const { name } of modules) expect(name).to.not.match(/util|helper|common|misc|shared/);
  });

  it('writes nothing to the console', () => {
    for (const { name, text } of modules) expect(text, name).to.not.match(/\bconsole\.\w+\(|process\.std/);
  });
});
