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
  readable,
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

  it('quote shows text of known words, and of any other how long it is', () => {
    expect(quote('private_key_jwt')).to.equal('"private_key_jwt"');
    expect(quote('s3cret')).to.equal('a string of 6 characters');
    expect(quote('~')).to.equal('a string of 1 character');
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
    const { message } = thrown(() => asOneOf('o', 'none', ['a', 'b']));
    expect(message).to.equal(`o: must be one of 'a', 'b'; got "none".`);
  });

  it('asFields refuses unknown names, and what is no plain bag', () => {
    type Bag = { a?: number; b?: number };
    expect(asFields<Bag>('options', { a: 1 }, ['a', 'b'])).to.deep.equal({ a: 1 });
    expect(thrown(() => asFields<Bag>('options', { color: 1 }, ['a', 'b'])).message).to.equal(
      'color: is not among the options. Known: a, b.',
    );
    const near = thrown(() => asFields<{ subdomain?: string }>('options', { subdomian: 1 }, ['subdomain']));
    expect(near.message).to.equal(
      'subdomian: is not among the options. Did you mean subdomain? Known: subdomain.',
    );
    const odd = thrown<ConfigurationError>(() => asFields<Bag>('options', { 's3cret-x': 1 }, ['a', 'b']));
    expect([odd.option, odd.message]).to.deep.equal([
      'options',
      'options: contains an unknown name of 8 characters. Known: a, b.',
    ]);
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

  it('asFields takes what throws when it is looked at for an option that cannot be read, and tells nothing of it', () => {
    const boom = () => {
      throw new ConfigurationError('s3cret', 's3cret');
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const [odd, option] of [
      [Object.defineProperty({}, 'a', { get: boom, enumerable: true }), 'a'],
      [new Proxy({}, { ownKeys: boom }), 'options'],
      [new Proxy({}, { has: boom }), 'options'],
      [new Proxy({}, { get: boom }), 'options'],
      [Object.defineProperty({}, Symbol.toStringTag, { get: boom }), 'options'],
      [proxy, 'options'],
    ] as const) {
      const error = thrown<ConfigurationError>(() => asFields<{ a?: number }>('options', odd, ['a']));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(`${error.stack}`)
        .to.match(/cannot be read|must be a plain object/)
        .and.not.contain('s3cret');
    }
  });

  it('readable gives what is read', () => {
    expect(readable('o', () => 5)).to.equal(5);
  });

  it('asSet takes a thousand items, and none that cannot be read', () => {
    expect(
      asSet(
        'o',
        Array.from({ length: 1_000 }, (_, index) => `${index}`),
      ).length,
    ).to.equal(1_000);
    const { proxy, revoke } = Proxy.revocable<string[]>([], {});
    revoke();
    const boom = () => {
      throw new Error('boom');
    };
    for (const [odd, words] of [
      [new Array(1_001), 'must have at most 1000 items; got 1001.'],
      [new Array(2 ** 32 - 1), 'must have at most 1000 items'],
      [new Array(2), 'must be a string or an array of strings; got nothing.'],
      [new Proxy(['a'], { get: boom }), 'cannot be read'],
      [Object.defineProperty(['a'], 0, { get: boom }), 'cannot be read'],
      [proxy, 'must be a string or an array of strings; got an object.'],
      [[proxy], 'must be a string or an array of strings; got an object.'],
    ] as const)
      expect(() => asSet('o', odd)).to.throw(ConfigurationError, words);
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
