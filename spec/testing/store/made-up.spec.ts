import { expect } from 'chai';
import { newOwner, newTarget, newToken } from '../../../lib/testing/store/made-up.js';

describe('what is made up for a store', () => {
  it('are targets as providers name them', () => {
    expect(newTarget()).to.match(/^[\w-]{43}$/);
    expect(newTarget()).to.not.equal(newTarget());
  });

  it('are owners as providers name them', () => {
    expect(newOwner()).to.match(/^[\w-]{36}$/);
    expect(newOwner()).to.not.equal(newOwner());
  });

  it('are tokens as providers store them', () => {
    const { value, ...rest } = newToken({ scope: 'read' });
    expect(value).to.match(/^[\w-]{32}$/);
    expect(newToken().value).to.not.equal(value);
    expect(rest).to.deep.equal({
      tokenType: 'Bearer',
      scope: 'read',
      lifetimeMs: 600_000,
      isLifetimeGuessed: false,
      remainingMs: 500_000,
    });
  });
});
