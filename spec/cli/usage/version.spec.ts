import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { VERSION } from '../../../lib/cli/usage/version.js';

describe('VERSION', () => {
  it('is that of the package', () => {
    expect(VERSION).to.equal(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});
