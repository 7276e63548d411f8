import { expect } from 'chai';
import { Nonces } from '../../../lib/oauth/dpop/nonces.js';

const A = 'https://a.example/token';

describe('Nonces', () => {
  it('are kept by origin, the newest of each', () => {
    const nonces = new Nonces();
    expect(nonces.of(A)).to.equal(undefined);
    nonces.note(A, 'n1');
    nonces.note('https://a.example:8443/', 'other');
    nonces.note('https://A.example:443/elsewhere?x', 'n2');
    expect([
      nonces.of(A),
      nonces.of('https://a.example:8443/x'),
      nonces.of('http://a.example/'),
    ]).to.deep.equal(['n2', 'other', undefined]);
  });

  for (const odd of [
    undefined,
    null,
    '',
    ' ',
    'a b',
    'a"b',
    'a\\b',
    'ä',
    'a\r\nX: b',
    'x'.repeat(1_001),
    5 as never,
  ]) {
    it(`are not taken where they could not be one: ${JSON.stringify(odd)?.slice(0, 20)}`, () => {
      const nonces = new Nonces();
      nonces.note(A, 'good');
      nonces.note(A, odd);
      expect(nonces.of(A)).to.equal('good');
    });
  }

  it('may be long, and of any characters that RFC 9449 allows', () => {
    const nonces = new Nonces();
    for (const nonce of ['x'.repeat(1_000), "!#[]^~'<>{}|", 'eyJ7S_zG.eyJH0-Z']) {
      nonces.note(A, nonce);
      expect(nonces.of(A)).to.equal(nonce);
    }
  });

  it('are kept of a thousand origins, those that told one last', () => {
    const nonces = new Nonces();
    const at = (index: number) => `https://s${index}.example/`;
    for (let index = 0; index < 1_000; index += 1) nonces.note(at(index), 'n');
    nonces.note(at(0), 'again');
    nonces.note(at(1_000), 'n');
    expect([0, 1, 2, 999, 1_000].map((index) => nonces.of(at(index)))).to.deep.equal([
      'again',
      undefined,
      'n',
      'n',
      'n',
    ]);
  });
});
