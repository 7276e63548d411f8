import { assert, expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { memberOf, readable, readFields, readMembers, within } from '../../lib/options/option-fields.js';
import { thrown } from '../support/rejection.js';

describe('readFields', () => {
  it('refuses unknown names, and what is no plain object', () => {
    type Options = { a?: number; b?: number };
    expect(readFields<Options>('options', { a: 1 }, ['a', 'b'])).to.deep.equal({ a: 1 });
    expect(thrown(() => readFields<Options>('options', { c: 1 }, ['a', 'b'])).message).to.equal(
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
      expect(() => readFields('options', odd, [])).to.throw(
        ConfigurationError,
        'options: must be a plain object; got ',
      );
    }
  });

  it('reads each getter once', () => {
    let reads = 0;
    const options = {
      get a() {
        reads += 1;
        return reads;
      },
    };
    expect(readFields<typeof options>('options', options, ['a']).a).to.equal(1);
    expect(reads).to.equal(1);
  });

  it('gives a copy, which later changes of the options do not reach', () => {
    const options = { a: 1 };
    const fields = readFields<typeof options>('options', options, ['a']);
    options.a = 2;
    expect(fields).to.deep.equal({ a: 1 });
  });

  it('refuses options that are inherited, and names the first one of them', () => {
    const inherited = Object.create({ b: 1 }, { a: { value: 1, enumerable: true } });
    const error = thrown<ConfigurationError>(() =>
      readFields<{ a?: 1; b?: 1 }>('options', inherited, ['a', 'b']),
    );
    expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'b');
    expect(error.message).to.equal('b: is inherited. Give the options as a plain object.');
  });
});

describe('readMembers', () => {
  it('names what is wrong with the option that holds it', () => {
    const read = (value: unknown) =>
      thrown<ConfigurationError>(() => readMembers<{ key?: number }>('dpop', value, ['key']));
    expect(readMembers<{ key?: number }>('dpop', { key: 1 }, ['key'])).to.deep.equal({ key: 1 });
    for (const [odd, option] of [
      [5, 'dpop'],
      [{ keys: 1 }, 'dpop.keys'],
      [{ 's3cret-in-the-place-of-a-name': 1 }, 'dpop'],
      [Object.create(null, { key: { enumerable: true, get: () => assert.fail() } }), 'dpop.key'],
    ] as const)
      expect(read(odd)).to.be.instanceOf(ConfigurationError).with.property('option', option);
  });
});

describe('within', () => {
  it('names the whole that an option is part of, and leaves other errors as they are', () => {
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

  it('readFields takes what throws when it is looked at for an option that cannot be read, and tells nothing of it', () => {
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
      const error = thrown<ConfigurationError>(() => readFields<{ a?: number }>('options', odd, ['a']));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(`${error.stack}`)
        .to.match(/cannot be read|must be a plain object/)
        .and.not.contain('s3cret');
    }
  });

  it('readable gives what is read', () => {
    expect(readable('o', () => 5)).to.equal(5);
  });

  it('memberOf names short words, and anything else by its place', () => {
    for (const name of ['eu', 'us-east-1', 'k1', 'EMEA'])
      expect(memberOf('regions', name, 3)).to.equal(`regions.${name}`);
    for (const name of ['', 's3cret-x', 'x'.repeat(15), 'a b', 'key=1', '12'])
      expect(memberOf('regions', name, 3)).to.equal('regions[3]');
  });
});
