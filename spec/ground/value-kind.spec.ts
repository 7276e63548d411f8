import { expect } from 'chai';
import fc from 'fast-check';
import {
  countOf,
  describe as describeValue,
  isArray,
  isPlainObject,
  isPromise,
  kindOf,
} from '../../lib/ground/value-kind.js';

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

describe('describe', () => {
  it('tells the length of text as well, and never the text', () => {
    const table: [unknown, string][] = [
      ['x', 'a string of 1 character'],
      ['x'.repeat(41), 'a string of 41 characters'],
      ['', 'an empty string'],
      [7, '7'],
      [undefined, 'nothing'],
    ];
    for (const [value, words] of table) expect(describeValue(value)).to.equal(words);
    expect(countOf('ab')).to.equal('2 characters');
  });
});

describe('what cannot be looked at', () => {
  it('is no plain object and no array, and is named all the same', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect([isPlainObject(proxy), isArray(proxy), kindOf(proxy)]).to.deep.equal([false, false, 'an object']);
    const hostile = Object.defineProperty({}, Symbol.toStringTag, {
      get: () => {
        throw new Error('no');
      },
    });
    expect(isPlainObject(hostile)).to.equal(false);
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

describe('isPromise', () => {
  it('takes what can be waited for, whatever made it, and nothing else', () => {
    const ofOthers: unknown = Object.fromEntries([['then', () => undefined]]);
    for (const value of [Promise.resolve(), ofOthers]) expect(isPromise<unknown>(value)).to.equal(true);
    for (const value of [undefined, null, 't1', {}, 7]) expect(isPromise<unknown>(value)).to.equal(false);
  });
});
