/**
 * Builds what is published into dist/: for each subpath of `exports` an ES module and a CommonJS module, with their
 * source maps, and the types of both; for each program of `bin` an ES module, and its manual page.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.mjs';
import { collectLicenses } from './licenses.mjs';
import { writeTypes } from './types.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const dist = path.join(root, 'dist');
const { exports, bin } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** `index` for ".", `fetch` for "./fetch". */
const entries = Object.keys(exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => (subpath === '.' ? 'index' : subpath.slice(2)));

/** `cli` for "dist/cli.js". */
const programs = Object.values(bin).map((file) => path.basename(file, '.js'));

/** Whoever attaches tokens to axios or undici, or records metrics by OpenTelemetry, has it. All else that is imported goes into the bundle. */
const isOutside = (id) => ['axios', 'undici', '@opentelemetry/api'].includes(id);

fs.rmSync(dist, { recursive: true, force: true });
const bundledFiles = await bundle(root, isOutside, entries, programs);
fs.writeFileSync(path.join(dist, 'LICENSES.txt'), collectLicenses(bundledFiles));
await writeTypes(root, isOutside, entries);
fs.writeFileSync(
  path.join(dist, 'm2m-token.1'),
  execFileSync(process.execPath, [path.join(root, bin['m2m-token']), 'man']),
);
