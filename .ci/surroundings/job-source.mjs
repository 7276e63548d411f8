import fs from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, 'fixtures', 'job');

export const ALL_PARTS = [
  'first-token',
  'renewal',
  'axios',
  'fetch',
  'undici',
  'redis',
  'verify',
  'client-auth',
  'testing',
];

/**
 * Writes the job that every surrounding does: the parts, and `job.<extension>`, which exports `job()`.
 * @param syntax `esm` or `cjs`: what the source is written in
 * @param imported how the parts are imported: by `./axios` and this
 */
export function writeJob(folder, { syntax, extension, imported = `.${extension}`, parts = ALL_PARTS }) {
  const write = (name, text) =>
    fs.writeFileSync(path.join(folder, `${name}.${extension}`), convert(text, syntax, imported));
  for (const name of ['server', ...parts])
    write(name, fs.readFileSync(path.join(FOLDER, `${name}.mjs`), 'utf8'));
  write('job', jobOf(parts));
}

function jobOf(parts) {
  return [
    `import { startServer } from './server.mjs';`,
    ...parts.map((part) => `import { check as ${nameOf(part)} } from './${part}.mjs';`),
    'export async function job() {',
    '  const server = await startServer();',
    '  try {',
    ...parts.map((part) => `    await ${nameOf(part)}(server.origin);`),
    '  } finally {',
    '    server.close();',
    '  }',
    `  return '${doneText(parts)}';`,
    '}',
    '',
  ].join('\n');
}

const nameOf = (part) => `check${part.replace(/\W/g, '')}`;

export const doneText = (parts = ALL_PARTS) => `job done: ${parts.join(', ')}`;

/** From ES modules, as the fixtures are written, to the syntax that is wanted. */
export function convert(text, syntax, imported) {
  const renamed = text.replace(/from '(\.\/[^']*)\.mjs'/g, `from '$1${imported}'`);
  if (syntax === 'esm') return renamed;
  return renamed
    .replace(/^import \* as (\w+) from ('[^']+');/gm, 'const $1 = require($2);')
    .replace(/^import (\w+|\{[^}]*\}) from ('[^']+');/gm, (_, names, from) => {
      return `const ${names.replace(/ as /g, ': ')} = require(${from});`;
    })
    .replace(/^export (async function|function|class) (\w+)/gm, 'exports.$2 = $2;\n$1 $2');
}
