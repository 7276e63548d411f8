import { expect } from 'chai';
import fc from 'fast-check';
import { describeNoJwt } from '../../../lib/oauth/assertions/jwt-shape.js';
import { jwtNamed } from '../../support/assertions.js';
import { SigningKey } from '../../support/signing-key.js';

const jwt = new SigningKey('k1').sign({ sub: 'acme' });

describe('describeNoJwt', () => {
  it('finds nothing to say about a signed JWT', () => {
    for (const whole of [jwt, jwtNamed('a'), 'a.b.c']) expect(describeNoJwt(whole)).to.equal(undefined);
  });

  for (const [odd, words] of [
    [undefined, /^nothing in place of/],
    [null, /^null in place of/],
    [{ value: jwt }, /^an object in place of/],
    ['', /^an empty string in place of/],
    [JSON.stringify({ value: jwt }), /^JSON in place of .* the member that is the JWT/],
    ['s3cret', /^a text of 1 part in place of a signed JWT, which has 3/],
    [jwt.slice(0, jwt.lastIndexOf('.')), /^a text of 2 parts/],
    [`${jwt}.${jwt}`, /^a text of 6 parts/],
    [`${jwt}.a.b`, /^a text of 5 parts/],
    ['a..c', /is empty, or has characters/],
    [`${jwt}\n${jwt.slice(0, 5)}`, /is empty, or has characters/],
    ['a.b+/.c', /is empty, or has characters/],
    ['a.b.c=', /is empty, or has characters/],
  ] as [unknown, RegExp][]) {
    it(`describes ${JSON.stringify(odd)?.slice(0, 30)}, and repeats nothing of it`, () => {
      const said = describeNoJwt(odd);
      expect(said).to.match(words).and.not.contain('s3cret').and.not.contain(jwt.slice(0, 20));
    });
  }

  it('notices wherever a JWT is cut off before its last part, and whatever has another byte in it', () => {
    const lastDot = jwt.lastIndexOf('.');
    fc.assert(
      fc.property(
        fc.nat(lastDot),
        fc.nat(jwt.length - 1),
        fc.constantFrom(...' \0\n+/=é'),
        (cut, place, odd) => {
          expect(describeNoJwt(jwt.slice(0, cut))).to.be.a('string');
          expect(describeNoJwt(jwt.slice(0, place) + odd + jwt.slice(place + 1))).to.be.a('string');
        },
      ),
    );
  });
});
