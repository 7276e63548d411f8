import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const source = readFileSync('lib/options/token-provider-options.ts', 'utf8');
const names = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name as string);

describe('the option types', () => {
  it('are read by this spec', () => {
    expect(names).to.include.members(['subdomain', 'clientSecret', 'fraction', 'minValidityMs']);
  });

  it('say of each option what it is', () => {
    const undocumented = [...source.matchAll(/(.*)\n {2}readonly (\w+)\??:/g)]
      .filter(([, before]) => !before?.trimEnd().endsWith('*/'))
      .map(([, , name]) => name);
    expect(undocumented).to.deep.equal(['refresh', 'retry', 'clientId', 'region', 'scope', 'resource']);
  });
});
