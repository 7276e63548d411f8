import { expect } from 'chai';
import {
  describeCutOff,
  describeJson,
  describeOther,
  tokenWithin,
} from '../../../lib/cli/inspect/no-token.js';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('what is no token', () => {
  it('may hold one', () => {
    expect(tokenWithin({ access_token: 'a' })).to.equal('a');
    expect(tokenWithin({ status: { token: 'b' } })).to.equal('b');
    for (const json of [{}, { access_token: 1 }, { status: null }, { status: 'ok' }, { token: 'c' }])
      expect(tokenWithin(json)).to.equal(undefined);
  });

  it('is called by its name, and by the code of an error, but by no other words of it', () => {
    expect(describeJson({ error: 'invalid_client' })).to.contain('gave none: invalid_client.');
    for (const error of ['s3cret word', 1, 's3cret'.repeat(11)])
      expect(describeJson({ error })).to.contain('JSON without a token').and.not.contain('s3cret');
    expect(describeOther('<html>')).to.contain('a page');
    expect(describeOther('{"a')).to.contain('cut off');
    expect(describeOther('-----BEGIN CERTIFICATE-----')).to.contain('PEM');
    expect(describeOther('abc')).to.equal(undefined);
  });

  it('may be a JWT that is cut off; other tokens have dots, too', () => {
    const header = { alg: 'RS256' };
    expect(describeCutOff(['a', 'b'], header)).to.contain('here are 2');
    expect(describeCutOff(['a', 'b', 'c', 'd'], { ...header, enc: 'A256GCM' })).to.contain('here are 4');
    expect(describeCutOff([part(header).slice(0, 9)], undefined)).to.contain('this is one');
    for (const whole of [
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd', 'e'],
    ])
      expect(describeCutOff(whole, header)).to.equal(undefined);
    expect(describeCutOff(['a', 'b'], { sub: 'no header' })).to.equal(undefined);
    expect(describeCutOff(['a', 'b'], undefined)).to.equal(undefined);
  });
});
