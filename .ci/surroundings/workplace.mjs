import fs from 'node:fs';
import path from 'node:path';
import { run } from './child.mjs';

/** Where one surrounding is tried: a small package of its own, below the folder that holds what is installed for it. */
export class Workplace {
  /** @param nodeBinary what runs JavaScript here */
  constructor(installFolder, name, nodeBinary = process.execPath) {
    this.installFolder = installFolder;
    this.folder = path.join(installFolder, name.replace(/\W+/g, '-'));
    this.nodeBinary = nodeBinary;
    fs.rmSync(this.folder, { recursive: true, force: true });
    fs.mkdirSync(this.folder);
    this.write('package.json', { private: true });
  }

  write(file, content) {
    const full = path.join(this.folder, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }

  /** Copies a fixture to here, perhaps under another name, perhaps with its text converted. */
  copy(fixture, file = path.basename(fixture), convert = (text) => text) {
    const source = path.join(import.meta.dirname, 'fixtures', fixture);
    this.write(file, convert(fs.readFileSync(source, 'utf8')));
  }

  node(args, options) {
    return run(this.nodeBinary, args, { cwd: this.folder, ...options });
  }

  npm(args, options) {
    return run('npm', args, { cwd: this.folder, ...options });
  }

  /** Runs the command of an installed package. */
  tool(name, args, { bin = name.split('/').at(-1), ...options } = {}) {
    const manifest = this.manifestOf(name);
    const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin];
    return this.node([path.join(this.folderOf(name), file), ...args], options);
  }

  folderOf(name) {
    return path.join(this.installFolder, 'node_modules', name);
  }

  manifestOf(name) {
    return JSON.parse(fs.readFileSync(path.join(this.folderOf(name), 'package.json'), 'utf8'));
  }
}

/** @throws when what was printed does not hold the words that only a job done to its end prints */
export function expectWords(output, words) {
  if (!output.includes(words)) throw new Error(`It did not print "${words}", but:\n${output.slice(-5_000)}`);
}
