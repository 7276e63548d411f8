import fs from 'node:fs';
import path from 'node:path';
import { run } from './child.mjs';
import { FOLDERS } from './folders.mjs';

const OPTIONS = [
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
  ...['--no-package-lock', '--fetch-timeout=20000', '--fetch-retries=3'],
];

/** Packs the project. */
export async function pack(root, work) {
  const output = await run('npm', ['pack', '--json', '--silent', '--pack-destination', work], { cwd: root });
  const [{ filename }] = JSON.parse(output.slice(output.search(/^\[/m)));
  return path.join(work, filename);
}

/** The folders where packages are installed: each is filled when the first surrounding asks for it, one at a time. */
export class InstallFolders {
  #work;
  #tarball;
  #folders = new Map();
  #last = Promise.resolve();

  constructor(work, tarball) {
    this.#work = work;
    this.#tarball = tarball;
  }

  /** @returns where it is, once all is installed */
  get(name) {
    if (!this.#folders.has(name)) {
      const folder = this.#last.then(() => this.#install(name));
      this.#last = folder.catch(() => undefined);
      this.#folders.set(name, folder);
    }
    return this.#folders.get(name);
  }

  async #install(name) {
    const folder = path.join(this.#work, name);
    fs.mkdirSync(folder, { recursive: true });
    const library = !isRuntime(name) && { 'm2m-token-provider': `file:${this.#tarball}` };
    const axios = library && name !== 'alone' && { axios: '1' };
    const dependencies = { ...library, ...axios, ...readPackages(FOLDERS[name]) };
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    // npm takes a packed library of the same version, left there by an earlier run, for the same.
    for (const left of ['m2m-token-provider', '.package-lock.json']) {
      fs.rmSync(path.join(folder, 'node_modules', left), { recursive: true, force: true });
    }
    // A registry that is there may still leave a request without an answer.
    await npm(folder).catch((error) => (error.isTimeout ? npm(folder) : Promise.reject(error)));
    return folder;
  }
}

/** From `name@range name@range` to what package.json holds. */
function readPackages(lines) {
  const pairs = lines.flatMap((line) => line.split(' ')).map((text) => /^(.[^@]*)@(.+)$/.exec(text).slice(1));
  return Object.fromEntries(pairs);
}

const npm = (cwd) => run('npm', ['install', ...OPTIONS], { cwd, limitMs: 150_000 });

/** A folder that holds a runtime alone. */
const isRuntime = (name) => /^(node-|bun$|deno$)/.test(name);

const BINARIES = { bun: 'bin/bun', deno: 'deno' };

/** The name of a runtime, its version, and its binary. */
export function readRuntime(folder, name) {
  const modules = path.join(folder, 'node_modules');
  const [manifest] = fs
    .readdirSync(modules, { recursive: true })
    .filter((file) => /^(@[^/]+\/)?[^/]+\/package\.json$/.test(file));
  const home = path.join(modules, path.dirname(manifest));
  const { version } = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8'));
  const binary = path.join(home, BINARIES[name] ?? 'bin/node');
  return { name: name.startsWith('node-') ? 'node' : name, version: version.replace(/^v/, ''), binary };
}
