import { expect } from 'chai';
import fc from 'fast-check';
import { isPlainObject, isQuotable, kindOf, quote } from '../../lib/ground/value-kind.js';

describe('kindOf', () => {
  const table: [unknown, string][] = [
    [undefined, 'nothing'],
    [null, 'null'],
    ['', 'an empty string'],
    ['s3cret', 'a string'],
    [Number.NaN, 'NaN'],
    [false, 'false'],
    [[1], 'an array'],
    [{}, 'an object'],
    [Symbol('s3cret'), 'a symbol'],
    [() => 's3cret', 'a function'],
    [5n, 'a bigint'],
  ];
  it('says what was given and never shows text', () => {
    for (const [value, words] of table) expect(kindOf(value)).to.equal(words);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(kindOf(text)).to.equal('a string');
      }),
    );
  });
});

describe('quote', () => {
  it('shows text up to 40 characters, on one line, and of a longer one nothing', () => {
    expect(quote('a"b\n')).to.equal('"a\\"b\\n"');
    expect(quote('x'.repeat(40))).to.equal(`"${'x'.repeat(40)}"`);
    expect(quote('x'.repeat(41))).to.equal('a string of 41 characters');
    expect(quote(7)).to.equal('7');
    expect(quote('')).to.equal('an empty string');
  });
});

describe('isQuotable', () => {
  it('tells text of up to 40 characters from longer text', () => {
    expect(['', 'x'.repeat(40), 'x'.repeat(41)].map(isQuotable)).to.deep.equal([true, true, false]);
  });
});

describe('isPlainObject', () => {
  it('takes objects of names and values, whatever made them', () => {
    class Options {
      readonly scope = 'read';
    }
    for (const value of [{}, { a: 1 }, Object.create(null), new Options(), JSON.parse('{"a":{}}')])
      expect(isPlainObject(value)).to.equal(true);
  });

  it('refuses what only seems to be one', () => {
    const seemingEmpty = [
      new Map(),
      new Date(),
      Promise.resolve(),
      new AbortController().signal,
      new URLSearchParams(),
    ];
    for (const value of [null, undefined, 'x', 5, true, [], () => undefined, ...seemingEmpty])
      expect(isPlainObject(value), kindOf(value)).to.equal(false);
  });
});
