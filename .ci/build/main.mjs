/**
 * Builds what is published into dist/: for each subpath of `exports` an ES module and a CommonJS module, with their
 * source maps, and the types of both.
 */
import fs from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.mjs';
import { collectLicenses } from './licenses.mjs';
import { writeTypes } from './types.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const dist = path.join(root, 'dist');
const {
  exports,
  dependencies = {},
  peerDependencies = {},
} = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** `index` for ".", `fetch` for "./fetch". */
const entries = Object.keys(exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => (subpath === '.' ? 'index' : subpath.slice(2)));

/**
 * What is installed along with this package is not bundled, but for the part of axios that sends token requests: the
 * whole of it takes longer to load. The types of undici belong to whoever uses it.
 */
const outside = [...Object.keys(dependencies), ...Object.keys(peerDependencies), 'undici'];
const isOutside = (id) =>
  !id.startsWith('axios/unsafe/') && outside.some((name) => id === name || id.startsWith(`${name}/`));

fs.rmSync(dist, { recursive: true, force: true });
const bundledFiles = await bundle(root, isOutside, entries);
fs.writeFileSync(path.join(dist, 'LICENSES.txt'), collectLicenses(bundledFiles));
await writeTypes(root, isOutside, entries);
