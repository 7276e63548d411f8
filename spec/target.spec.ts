import { expect } from 'chai';
import { summarize, type Target } from '../lib/target.js';

const TARGET: Target = {
  tokenEndpoint: 'https://as.example/token?key=hidden',
  clientId: 'acme',
  authentication: 'basic',
  scope: ['read'],
  resource: [],
  parameters: [['audience', 'hidden']],
};

describe('target', () => {
  it('summarizes what may be shown: no query, no parameters', () => {
    const summary = summarize(TARGET);
    expect(summary).to.deep.equal({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      scope: ['read'],
      resource: [],
    });
    expect(summary).to.be.frozen;
  });
});
