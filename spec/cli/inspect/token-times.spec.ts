import { expect } from 'chai';
import { timesOf } from '../../../lib/cli/inspect/token-times.js';

const NONE = { issuedAt: undefined, notBefore: undefined, expiresAt: undefined, lifetimeMs: undefined };

describe('timesOf', () => {
  it('reads seconds as ms', () => {
    expect(timesOf({ iat: 1, nbf: 2, exp: 3.5 })).to.deep.equal({
      issuedAt: 1_000,
      notBefore: 2_000,
      expiresAt: 3_500,
      lifetimeMs: 2_500,
    });
  });

  it('knows nothing of what is no number', () => {
    expect(timesOf()).to.deep.equal(NONE);
    expect(timesOf({ iat: '1', nbf: null, exp: Number.NaN })).to.deep.equal(NONE);
    expect(timesOf({ exp: 1 })).to.deep.equal({ ...NONE, expiresAt: 1_000 });
  });
});
