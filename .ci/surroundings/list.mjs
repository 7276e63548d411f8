import { bundlers } from './list/bundlers.mjs';
import { frameworks } from './list/frameworks.mjs';
import { contexts, installs, interceptors } from './list/others.mjs';
import { pageSamples } from './list/page-samples.mjs';
import { runtimes } from './list/runtimes.mjs';
import { testRunners } from './list/test-runners.mjs';
import { typescript } from './list/typescript.mjs';

/**
 * All surroundings that are tried. Each has
 * - `name` and `group`: as they are told;
 * - `kind`: which file of kinds/ tries it, and gets all the rest;
 * - `folder`: what is installed for it, by its name in folders.mjs;
 * - `packages`: those of them whose versions are told;
 * - `runtime`: what it runs on, by its folder; by default the Node.js that runs this;
 * - `note`: what had to be done for it;
 * - `missing`: why it cannot be tried.
 */
export const SURROUNDINGS = [
  ...runtimes(),
  ...testRunners(),
  ...typescript(),
  ...bundlers(),
  ...frameworks(),
  ...interceptors(),
  ...contexts(),
  ...installs(),
  ...pageSamples(),
];
