import crypto from 'node:crypto';
import { expect } from 'chai';
import { VerificationKey } from '../../lib/verify/keys/verification-key.js';
import { RememberedTokens } from '../../lib/verify/remembered-tokens.js';
import { SigningKey } from '../support/signing-key.js';

const key = VerificationKey.of(new SigningKey('k1').jwk) ?? expect.fail('no key');
const verified = (claims: object) => ({ claims: { exp: 1_000, ...claims }, scope: [] });

describe('RememberedTokens', () => {
  it('gives what was verified, and by which key', async () => {
    const tokens = new RememberedTokens(10, 0);
    const token = verified({});
    tokens.add('d1', { verified: token, key });
    const found = tokens.find('d1', 5_000);
    expect(found).to.include({ verified: token, key });
    expect(tokens.find('d1', 6_000)).to.equal(found);
    expect(tokens.find('d2', 5_000)).to.equal(undefined);
  });

  it('gives it up to its end and the tolerance, and not at that time', () => {
    for (const toleranceMs of [0, 1, 5_000]) {
      const tokens = new RememberedTokens(10, toleranceMs);
      tokens.add('d1', { verified: verified({}), key });
      expect(tokens.find('d1', 1_000_000 + toleranceMs - 1)).to.not.equal(undefined);
      expect(tokens.find('d1', 1_000_000 + toleranceMs)).to.equal(undefined);
    }
  });

  it('gives it from its beginning on, less the tolerance: the clock may have been set back', () => {
    const tokens = new RememberedTokens(10, 2_000);
    tokens.add('nbf', { verified: verified({ nbf: 500 }), key });
    tokens.add('iat', { verified: verified({ iat: 500 }), key });
    tokens.add('both', { verified: verified({ iat: 400, nbf: 500 }), key });
    tokens.add('neither', { verified: verified({}), key });
    for (const digest of ['nbf', 'iat', 'both']) {
      expect(tokens.find(digest, 498_000), digest).to.not.equal(undefined);
      expect(tokens.find(digest, 497_999), digest).to.equal(undefined);
    }
    expect(tokens.find('neither', 0)).to.not.equal(undefined);
  });

  it('forgets', () => {
    const tokens = new RememberedTokens(10, 0);
    tokens.add('d1', { verified: verified({}), key });
    tokens.add('d2', { verified: verified({}), key });
    tokens.forget('d1');
    tokens.forget('d3');
    expect(tokens.find('d1', 0)).to.equal(undefined);
    expect(tokens.find('d2', 0)).to.not.equal(undefined);
  });

  it('holds so many and no more: the one that was used the longest ago goes', () => {
    const tokens = new RememberedTokens(2, 0);
    tokens.add('d1', { verified: verified({}), key });
    tokens.add('d2', { verified: verified({}), key });
    tokens.find('d1', 0);
    tokens.add('d3', { verified: verified({}), key });
    const held = ['d1', 'd2', 'd3'].filter((digest) => tokens.find(digest, 0));
    expect(held).to.deep.equal(['d1', 'd3']);
  });

  it('holds none at all with size 0', () => {
    const tokens = new RememberedTokens(0, 0);
    tokens.add('d1', { verified: verified({}), key });
    expect(tokens.find('d1', 0)).to.equal(undefined);
    tokens.forget('d1');
  });
});

describe('the digest of a token', () => {
  it('is its SHA-256, from its second sight on', () => {
    const tokens = new RememberedTokens(10, 0);
    for (const token of ['', 'a.b.c', 'ä'.repeat(16_384)]) {
      expect(tokens.digestOf(token)).to.equal(undefined);
      for (let count = 0; count < 3; count += 1)
        expect(tokens.digestOf(token)).to.equal(crypto.createHash('sha256').update(token).digest('base64'));
    }
  });

  it('is made where so many other tokens were seen since, and not where twice as many were', () => {
    for (const [others, isSeen] of [
      [0, true],
      [10, true],
      [20, false],
    ] as const) {
      const tokens = new RememberedTokens(10, 0);
      tokens.digestOf('the.one.token');
      for (let count = 0; count < others; count += 1)
        expect(tokens.digestOf(`a.b.and-so-on-and-on-${count}`)).to.equal(undefined);
      expect(tokens.digestOf('the.one.token') !== undefined, `${others}`).to.equal(isSeen);
    }
  });

  it('tells apart tokens that have the same end', () => {
    const tokens = new RememberedTokens(10, 0);
    const end = 's'.repeat(16);
    tokens.digestOf(`one.${end}`);
    const digests = ['one', 'other'].map((start) => tokens.digestOf(`${start}.${end}`));
    expect(new Set(digests).add(undefined).size).to.equal(3);
  });

  it('is not made of what cannot be remembered', () => {
    const tokens = new RememberedTokens(10, 0);
    for (const odd of ['a'.repeat(16_385), undefined, 5, {}])
      for (let count = 0; count < 2; count += 1) expect(tokens.digestOf(odd)).to.equal(undefined);
    const none = new RememberedTokens(0, 0);
    for (let count = 0; count < 2; count += 1) expect(none.digestOf('a.b.c')).to.equal(undefined);
  });
});
