import { expect } from 'chai';
import { Nonces } from '../../../lib/oauth/dpop/nonces.js';

const A = 'https://a.example/token';

describe('Nonces', () => {
  it('are kept by origin, the newest of each', () => {
    const nonces = new Nonces();
    expect(nonces.of(A)).to.equal(undefined);
    expect(nonces.note(A, 'n1')).to.equal(true);
    expect(nonces.note('https://a.example:8443/', 'other')).to.equal(true);
    expect(nonces.note('https://A.example:443/elsewhere?x', 'n2')).to.equal(true);
    expect([
      nonces.of(A),
      nonces.of('https://a.example:8443/x'),
      nonces.of('http://a.example/'),
    ]).to.deep.equal(['n2', 'other', undefined]);
  });

  it('are no news when they are told again', () => {
    const nonces = new Nonces();
    expect([
      nonces.note(A, 'n1'),
      nonces.note(A, 'n1'),
      nonces.note(A, 'n2'),
      nonces.note(A, 'n1'),
    ]).to.deep.equal([true, false, true, true]);
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
      expect([nonces.note(A, odd), nonces.of(A)]).to.deep.equal([false, 'good']);
    });
  }

  it('may be long, and of any characters that RFC 9449 allows', () => {
    const nonces = new Nonces();
    for (const nonce of ['x'.repeat(1_000), "!#[]^~'<>{}|", 'eyJ7S_zG.eyJH0-Z'])
      expect([nonces.note(A, nonce), nonces.of(A)]).to.deep.equal([true, nonce]);
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
