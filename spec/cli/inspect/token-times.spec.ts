import { expect } from 'chai';
import { looksLikeMs, timesOf } from '../../../lib/cli/inspect/token-times.js';

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

  it('takes no time in ms for one in seconds', () => {
    expect(timesOf({ iat: 1_800_000_000_000, exp: 1_800_000_000 })).to.deep.equal({
      ...NONE,
      expiresAt: 1_800_000_000_000,
    });
    expect([1_800_000_000_000, 1_800_000_000, '1800000000000'].map(looksLikeMs)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});
