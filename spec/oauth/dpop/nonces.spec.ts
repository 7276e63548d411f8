import { expect } from 'chai';
import fc from 'fast-check';
import { Nonces } from '../../../lib/oauth/dpop/nonces.js';

const url = 'https://api.example/a';

describe('Nonces', () => {
  it('remembers the newest of each origin, and of no other', () => {
    const nonces = new Nonces();
    expect(nonces.of(url)).to.equal(undefined);
    nonces.note(url, 'one');
    nonces.note('https://api.example:443/other?x', 'two');
    nonces.note('https://api.example:8443/a', 'three');
    expect(nonces.of('https://API.example/b#c')).to.equal('two');
    expect(nonces.of('https://api.example:8443')).to.equal('three');
    for (const other of ['http://api.example/a', 'https://sub.api.example/a', 'https://api.example:8444/a'])
      expect(nonces.of(other)).to.equal(undefined);
  });

  it('keeps what it has where an answer brings none', () => {
    const nonces = new Nonces();
    nonces.note(url, 'one');
    for (const none of [undefined, null, '']) nonces.note(url, none);
    expect(nonces.of(url)).to.equal('one');
  });

  it('takes no address that is none', () => {
    const nonces = new Nonces();
    expect(() => nonces.of('/a')).to.throw(TypeError);
    expect(() => nonces.note('/a', 'one')).to.throw(TypeError);
  });

  for (const [what, nonce] of [
    ['a line break', 'a\r\nX-Evil: 1'],
    ['a blank', 'a b'],
    ['two of them in one header', 'a, b'],
    ['a quotation mark', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a character beyond ASCII', 'nönce'],
    ['a control character', 'a\u007f'],
    ['a NUL', 'a\0'],
    ['a newline at its end', 'a\n'],
    ['1,001 characters', 'n'.repeat(1_001)],
    ['no text', ['a']],
    ['an object', { toString: () => 'a' }],
  ] as const) {
    it(`takes none with ${what}`, () => {
      const nonces = new Nonces();
      nonces.note(url, nonce as never);
      expect(nonces.of(url)).to.equal(undefined);
      nonces.note(url, 'good');
      nonces.note(url, nonce as never);
      expect(nonces.of(url)).to.equal('good');
    });
  }

  it('takes any that RFC 9449 §8.1 allows, up to 1,000 characters', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,60}$/), (nonce) => {
        const nonces = new Nonces();
        nonces.note(url, nonce);
        expect(nonces.of(url)).to.equal(nonce);
      }),
    );
    const nonces = new Nonces();
    nonces.note(url, 'n'.repeat(1_000));
    expect(nonces.of(url)).to.have.length(1_000);
  });

  it('forgets the oldest beyond 1,000 origins', () => {
    const nonces = new Nonces();
    const origin = (index: number) => `https://${index}.example`;
    const note = (index: number) => nonces.note(origin(index), `n${index}`);
    for (let index = 0; index < 1_000; index += 1) note(index);
    expect(nonces.of(origin(0))).to.equal('n0');
    // Noted again, it is the youngest of all.
    note(0);
    note(1_000);
    expect([0, 1, 2, 1_000].map((index) => nonces.of(origin(index)))).to.deep.equal([
      'n0',
      undefined,
      'n2',
      'n1000',
    ]);
    for (let index = 1_001; index < 5_000; index += 1) note(index);
    const kept = Array.from({ length: 5_000 }, (_, index) => nonces.of(origin(index))).filter(Boolean);
    expect(kept).to.have.length(1_000);
  });
});
