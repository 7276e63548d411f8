import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

/** From the top down: a room imports from lower floors and from itself alone. */
const FLOORS: readonly (readonly string[])[] = [
  ['testing', 'cli'],
  ['index', 'fetch', 'undici', 'redis', 'client-auth', 'opentelemetry'],
  ['token-provider', 'attach', 'verify', 'observe'],
  ['registry'],
  ['entry'],
  ['sharing'],
  ['documents'],
  ['renewal'],
  ['oauth'],
  ['token'],
  ['stores', 'http'],
  ['options'],
  ['ground'],
];

/** Each package has one home. */
const HOMES: Readonly<Record<string, RegExp>> = {
  'p-retry': /^renewal\/retry-policy$/,
  'lru-cache': /^registry\//,
  eventemitter3: /^ground\/event-emitter$/,
  '@opentelemetry/api': /^observe\//,
  undici: /^attach\/undici\//,
  axios: /^(http|attach)\//,
  'axios/unsafe/core/Axios.js': /^http\/own-client$/,
  jose: /^verify\//,
  'jose/jwt/verify': /^verify\/token-claims$/,
  'jose/key/import': /^verify\/keys\/verification-key$/,
};

const MAX_FILES_IN_A_ROOM = 12;
const MAX_MEDIAN_LINES = 100;
const MAX_LINES = 220;
const MAX_P90_FUNCTION_LINES = 20;
const MAX_FUNCTION_LINES = 42;

interface Module {
  readonly name: string;
  readonly room: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

/** Without types of modules that come with none. */
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.d)\.ts$/.test(file));

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

function mayImport(room: string, imported: string): boolean {
  const [otherRoom = ''] = imported.split('/');
  return (otherRoom === room && imported !== room) || floorOf(otherRoom) > floorOf(room);
}

/** The lengths of all functions with a block, by the indentation that the formatter gives them. */
function functionLengths({ text }: Module): number[] {
  const lines = text.split('\n');
  return lines.flatMap((line, start) => {
    if (
      !/(\)(: [^={]+)? (=> )?\{|=> \{)$/.test(line) ||
      /^\s*(\} else )?(if|for|while|switch|catch)\b/.test(line)
    )
      return [];
    const [indent = ''] = /^\s*/.exec(line) ?? [];
    const end = lines.findIndex((other, index) => index > start && other.startsWith(`${indent}}`));
    return end < 0 ? [] : [end - start + 1];
  });
}

describe('the house', () => {
  it('is read by this spec', () => {
    expect(modules.length).to.be.above(30);
    expect(modules.flatMap(({ imports }) => imports).length).to.be.above(80);
  });

  for (const { name, room, imports } of modules) {
    it(`${name} stands in a room of the plan, and imports downwards alone`, () => {
      expect(floorOf(room), room).to.be.at.least(0);
      expect(imports.filter((imported) => !mayImport(room, imported))).to.deep.equal([]);
    });
  }

  it('notices imports that lead upwards, from the ground as well', () => {
    const upwards = [
      ['ground', 'options/settings'],
      ['ground', 'entry/entry'],
      ['ground', 'index'],
      ['options', 'oauth/target'],
      ['http', 'stores/token-seal'],
      ['renewal', 'sharing/sharing'],
      ['entry', 'registry/assemble'],
      ['attach', 'token-provider'],
      ['index', 'testing'],
      ['token-provider', 'testing/fake/fake-provider'],
    ];
    for (const [room = '', imported = ''] of upwards)
      expect(mayImport(room, imported), `${room} → ${imported}`).to.equal(false);
  });

  it('has rooms of few files', () => {
    const rooms = new Map<string, number>();
    for (const { name } of modules) {
      const folder = path.posix.dirname(name);
      rooms.set(folder, (rooms.get(folder) ?? 0) + 1);
    }
    expect([...rooms].filter(([, count]) => count > MAX_FILES_IN_A_ROOM)).to.deep.equal([]);
  });

  it('cuts no class in two: an abstract class has several subclasses', () => {
    const all = modules.map(({ text }) => text).join('\n');
    const names = [...all.matchAll(/abstract class (\w+)/g)].map(([, name = '']) => name);
    expect(names).to.not.be.empty;
    for (const name of names)
      expect(all.match(new RegExp(`extends ${name}\\b`, 'g')) ?? [], name).to.have.length.above(1);
  });

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

  it('needs no package that is installed along with it: what it imports is bundled', () => {
    const { dependencies, peerDependencies, devDependencies } = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    // Nobody's `npm install` fails by this package: it demands no version of what its users have.
    expect([dependencies, peerDependencies]).to.deep.equal([undefined, undefined]);
    const imported = modules
      .flatMap(({ packages }) => packages)
      .map((name) => /^(@\w+\/)?[\w-]+/.exec(name)?.[0]);
    expect(Object.keys(devDependencies)).to.include.members(imported);
  });

  it('names no download address in its lock file', () => {
    expect(readFileSync('package-lock.json', 'utf8')).to.not.contain('"resolved"');
  });

  it('loads axios and jose late', () => {
    for (const { name, text } of modules)
      expect(text, name).to.not.match(/^import (?!type)[^;]*'(axios|jose)[/']/m);
  });

  it('does not ask where its own file is: bundlers cannot tell', () => {
    for (const { name, text } of modules) expect(text, name).to.not.match(/import\.meta|createRequire/);
  });

  it('attaches to the axios that it is given, and loads none of its own', () => {
    const attaching = modules.filter(({ name }) => name.startsWith('attach/'));
    for (const { name, text } of attaching)
      expect(text, name).to.not.match(/import\('axios|^import (?!type)[^;]*'axios/m);
  });

  it('is mirrored by its specs, one to one', () => {
    const own = ['layout', 'dependencies', 'public-surface'];
    const specs = files('spec')
      .filter((file) => file.endsWith('.spec.ts') && !/^(scenarios|servers)\b/.test(file))
      .map((file) => file.replace(/\.spec\.ts$/, '').replaceAll(path.sep, '/'))
      .filter((name) => !own.includes(name));
    expect(specs.sort()).to.deep.equal(modules.map(({ name }) => name).sort());
    for (const name of own) expect(existsSync(`spec/${name}.spec.ts`)).to.equal(true);
  });

  it('is built of small files and functions, with no drawer for odds and ends', () => {
    const sizes = modules.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).to.be.at.most(MAX_MEDIAN_LINES);
    expect(sizes.at(-1)).to.be.at.most(MAX_LINES);
    const lengths = modules.flatMap(functionLengths).sort((a, b) => a - b);
    expect(lengths.length).to.be.above(300);
    expect(lengths[Math.floor(lengths.length * 0.9)]).to.be.at.most(MAX_P90_FUNCTION_LINES);
    expect(lengths.at(-1)).to.be.at.most(MAX_FUNCTION_LINES);
    for (const { name } of modules) expect(name).to.not.match(/util|helper|common|misc|shared|\bcheck$/);
  });

  it('publishes no members for itself alone', () => {
    for (const { name, text } of modules) expect(text, name).to.not.contain('@internal');
  });

  it('writes nothing to the console, but for the program', () => {
    for (const { name, text } of modules.filter(({ name }) => name !== 'cli'))
      expect(text, name).to.not.match(/\bconsole\.\w+\(|process\.std/);
  });
});
