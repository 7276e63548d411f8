import { expect } from 'chai';
import { findOddities } from '../../../lib/cli/inspect/oddities.js';

const NOW = 1_800_000_000_000;
const S = NOW / 1_000;
const HEADER = { alg: 'RS256', typ: 'at+jwt' };
const CLAIMS = { iss: 'https://as.example', aud: 'api', iat: S - 10, exp: S + 590 };

const odd = (claims: object = {}, header: object = {}, signatureBytes = 256) =>
  findOddities(
    {
      kind: 'JWT',
      value: '',
      header: { ...HEADER, ...header },
      claims: { ...CLAIMS, ...claims },
      signatureBytes,
    },
    NOW,
  );

const TABLE: readonly [what: string, found: readonly string[], words: string][] = [
  ['no algorithm', odd({}, { alg: undefined }), 'names no algorithm'],
  ['an algorithm that is no text', odd({}, { alg: { toString: 1 } }), 'names no algorithm'],
  ['no signature', odd({}, { alg: 'None' }, 0), 'not signed'],
  ['a shared secret', odd({}, { alg: 'HS256' }), 'shared secret'],
  ['an extension', odd({}, { crit: ['b64'] }), 'extension'],
  ['a signature that is cut off', odd({}, {}, 0), 'signature is empty'],
  ['a short signature', odd({}, {}, 255), 'has 255 bytes, and 256 are the least for RS256'],
  ['a short one of another algorithm', odd({}, { alg: 'ES384' }, 95), '96 are the least'],
  ['no end', odd({ exp: undefined }), 'has no end'],
  ['a time as text', odd({ nbf: '1' }), 'no number'],
  ['times in ms', odd({ iat: undefined, exp: NOW + 590_000 }), 'exp: in milliseconds'],
  ['all times in ms', odd({ iat: NOW, nbf: NOW, exp: NOW + 590_000 }), 'exp, iat, nbf: in milliseconds'],
  ['an end that is over', odd({ iat: S - 700, exp: S }), 'has ended'],
  ['a time that has not begun', odd({ nbf: S + 6 }), 'may not be used yet'],
  ['an issue in the future', odd({ iat: S + 6 }), 'was issued in 6 s'],
  ['an end before its issue', odd({ iat: S + 4, exp: S + 4 }), 'ends before it was issued'],
  ['a long life', odd({ exp: S + 86_391 }), 'lives long, for 1 d'],
  ['no issuer', odd({ iss: undefined }), 'who issued it'],
  ['no audience', odd({ aud: undefined }), 'whom it is for'],
  ['a bound token', odd({ cnf: { jkt: 'x' } }), 'bound to a key'],
];

describe('findOddities', () => {
  it('finds nothing odd about a good token, also where clocks differ a little, and it lives for a day', () => {
    expect(odd()).to.deep.equal([]);
    expect(odd({ iat: S + 5, nbf: S + 5, exp: S + 86_405 })).to.deep.equal([]);
  });

  for (const [what, found, words] of TABLE) {
    it(`tells of ${what}, once`, () => {
      expect(found).to.have.length(1);
      expect(found[0]).to.contain(words);
    });
  }

  it('says nothing of a token that it cannot read', () => {
    const unread = {
      kind: 'opaque token',
      value: 'a',
      header: undefined,
      claims: undefined,
      signatureBytes: 0,
    } as const;
    expect(findOddities(unread, NOW)).to.deep.equal([]);
  });
});
