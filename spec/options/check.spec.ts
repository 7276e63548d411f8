import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../../lib/errors.js';
import {
  asBoolean,
  asFields,
  asInteger,
  asNumber,
  asOneOf,
  asSet,
  kindOf,
  parseUrl,
  quote,
  within,
} from '../../lib/options/check.js';
import { thrown } from '../support/rejection.js';

const RANGE = { min: 1, max: 10, default: 5 };
const ODD_NUMBERS = [
  0.999,
  10.001,
  Number.NaN,
  Infinity,
  -Infinity,
  -1,
  '5',
  null,
  true,
  [],
  {},
  5n,
  () => 5,
];

describe('check', () => {
  it('kindOf says what was given and never shows text', () => {
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
    ];
    for (const [value, words] of table) expect(kindOf(value)).to.equal(words);
  });

  it('quote shows text up to 40 characters, on one line, and of a longer one nothing', () => {
    expect(quote('a"b\n')).to.equal('"a\\"b\\n"');
    expect(quote('x'.repeat(40))).to.equal(`"${'x'.repeat(40)}"`);
    expect(quote('x'.repeat(41))).to.equal('a string of 41 characters');
    expect(quote(7)).to.equal('7');
    expect(quote('')).to.equal('an empty string');
  });

  it('asNumber takes the bounds themselves, and the default for nothing', () => {
    expect([1, 10, 5.5, undefined].map((value) => asNumber('o', value, RANGE))).to.deep.equal([
      1, 10, 5.5, 5,
    ]);
  });

  for (const odd of ODD_NUMBERS) {
    it(`asNumber refuses ${typeof odd} ${String(odd)}, and names the option and its bounds`, () => {
      const error = thrown<ConfigurationError>(() => asNumber('retry.retries', odd, RANGE));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'retry.retries');
      expect(error.message).to.match(/^retry\.retries: must be a number from 1 to 10; got /);
    });
  }

  it('asNumber tells who gives text, and nobody else, how to mend it', () => {
    const [text, number] = ['5', 11].map((odd) => thrown(() => asNumber('o', odd, RANGE)).message);
    expect(text).to.equal(
      'o: must be a number from 1 to 10; got a string. Convert text with Number() first.',
    );
    expect(number).to.equal('o: must be a number from 1 to 10; got 11.');
  });

  it('asInteger refuses fractions', () => {
    expect(asInteger('o', 3, RANGE)).to.equal(3);
    expect(thrown(() => asInteger('o', 3.5, RANGE)).message).to.equal('o: must be a whole number; got 3.5.');
  });

  it('asBoolean takes true and false alone', () => {
    expect([true, false, undefined].map((value) => asBoolean('o', value, true))).to.deep.equal([
      true,
      false,
      true,
    ]);
    for (const odd of ['true', 1, null])
      expect(() => asBoolean('o', odd, true)).to.throw(ConfigurationError, 'o: must be true or false; got ');
  });

  it('asOneOf lists the choices, and shows what it got', () => {
    expect(asOneOf('o', 'b', ['a', 'b'])).to.equal('b');
    const { message } = thrown(() => asOneOf('o', 'c', ['a', 'b']));
    expect(message).to.equal(`o: must be one of 'a', 'b'; got "c".`);
  });

  it('asFields refuses unknown names, and what is no plain bag', () => {
    type Bag = { a?: number; b?: number };
    expect(asFields<Bag>('options', { a: 1 }, ['a', 'b'])).to.deep.equal({ a: 1 });
    expect(thrown(() => asFields<Bag>('options', { c: 1 }, ['a', 'b'])).message).to.equal(
      'c: is not among the options. Known: a, b.',
    );
    const seemingEmpty = [
      new Map(),
      new Date(),
      Promise.resolve(),
      new AbortController().signal,
      new URLSearchParams(),
    ];
    for (const odd of [null, undefined, 'x', 5, [], ...seemingEmpty]) {
      expect(() => asFields('options', odd, [])).to.throw(
        ConfigurationError,
        'options: must be a plain object; got ',
      );
    }
  });

  it('asFields reads each getter once', () => {
    let reads = 0;
    const options = {
      get a() {
        reads += 1;
        return reads;
      },
    };
    expect(asFields<typeof options>('options', options, ['a']).a).to.equal(1);
    expect(reads).to.equal(1);
  });

  it('within names the whole that an option is part of, and leaves other errors as they are', () => {
    const refuse = (error: Error) => () => {
      throw error;
    };
    const error = thrown<ConfigurationError>(() =>
      within('regions', () => within('eu', refuse(new ConfigurationError('subdomain', 'is odd: very.')))),
    );
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error).to.include({
      option: 'regions.eu.subdomain',
      message: 'regions.eu.subdomain: is odd: very.',
    });
    const other = new TypeError('no');
    expect(thrown(() => within('regions', refuse(other)))).to.equal(other);
    expect(within('regions', () => 5)).to.equal(5);
  });

  it('asSet does not care for order, duplicates, or the way of writing', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z:/.]+$/), { minLength: 1 }), (items) => {
        const expected = [...new Set(items)].sort();
        expect(asSet('o', items)).to.deep.equal(expected);
        expect(asSet('o', [...items].reverse().concat(items))).to.deep.equal(expected);
        expect(asSet('o', items.join('  '), / +/)).to.deep.equal(expected);
      }),
    );
    expect(asSet('o', '  b  a ', / +/)).to.deep.equal(['a', 'b']);
    expect(() => asSet('o', ['a', 5])).to.throw('o: must be a string or an array of strings; got 5.');
  });

  it('parseUrl goes on reading addresses with Latin-1 letters, however often it is called', () => {
    for (let count = 0; count < 5_000; count += 1) {
      expect(parseUrl('https://bücher.example/é')?.href).to.equal('https://xn--bcher-kva.example/%C3%A9');
    }
    expect(parseUrl('bücher')).to.equal(undefined);
  });
});
