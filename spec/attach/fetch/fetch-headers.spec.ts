import { expect } from 'chai';
import { copyHeaders, hasHeader, withHeader } from '../../../lib/attach/fetch/fetch-headers.js';
import { thrown } from '../../support/rejection.js';

describe('copyHeaders()', () => {
  it('leaves a plain record of strings what it is, as a copy', () => {
    const given = { 'X-A': '1', '': '' };
    const copy = copyHeaders(given);
    given['X-A'] = '2';
    expect(copy).to.deep.equal({ 'X-A': '1', '': '' });
  });

  const forms: Readonly<Record<string, unknown>> = {
    pairs: [['x-a', '1']],
    'an iterator': new Map([['x-a', '1']]).entries(),
    Headers: new Headers({ 'x-a': '1' }),
    'a number': { 'x-a': 1 },
    'what is inherited by a class': Object.assign(new (class {})(), { 'x-a': '1' }),
    'what is hidden': Object.defineProperty({}, 'x-a', { value: '1' }),
    'a text of its own': { 'x-a': { toString: () => '1' } },
    'a getter': {
      get 'x-a'() {
        return 1;
      },
    },
  };
  for (const [form, given] of Object.entries(forms)) {
    it(`makes Headers of ${form}, as fetch does`, () => {
      const copy = copyHeaders(given);
      expect(copy).to.be.instanceOf(Headers);
      expect([...(copy as Headers)]).to.deep.equal([['x-a', '1']]);
    });
  }

  it('takes undefined and null in a record for texts, as fetch does', () => {
    const copy = copyHeaders({ a: undefined, b: null }) as Headers;
    expect([...copy]).to.deep.equal([
      ['a', 'undefined'],
      ['b', 'null'],
    ]);
  });

  for (const given of [
    null,
    5,
    'x-a: 1',
    [['x-a']],
    { [Symbol('x-a')]: '1' },
    { 'x-a': 'a\nb' },
    { 'x-a': 'Ā' },
  ]) {
    it(`refuses with fetch's own error: ${String(given)} ${JSON.stringify(given)}`, () => {
      const isLeftToFetch = typeof given === 'object' && Object.keys(given ?? {}).join() === 'x-a';
      const error = thrown(() => new Headers(copyHeaders(given)));
      expect(error).to.be.instanceOf(TypeError);
      if (!isLeftToFetch) expect(thrown(() => copyHeaders(given))).to.be.instanceOf(TypeError);
    });
  }

  it('reads each value once', () => {
    let reads = 0;
    const given = {
      get 'x-a'() {
        reads += 1;
        return String(reads);
      },
    };
    expect([copyHeaders(given), reads]).to.deep.equal([{ 'x-a': '1' }, 1]);
  });
});

describe('hasHeader()', () => {
  it('knows a header however it is spelt, in both forms', () => {
    for (const headers of [{ 'X-Token': '1' }, new Headers({ 'x-token': '1' })]) {
      expect(hasHeader(headers, 'x-tOKEN')).to.equal(true);
      expect(hasHeader(headers, 'x-tokens')).to.equal(false);
    }
    expect(hasHeader(undefined, 'x')).to.equal(false);
  });
});

describe('withHeader()', () => {
  it('adds one to a copy, in both forms, and where there are none', () => {
    const record = { a: '1' };
    expect(withHeader(record, 'X-Token', 't')).to.deep.equal({ a: '1', 'X-Token': 't' });
    expect(record).to.deep.equal({ a: '1' });
    expect(withHeader(undefined, '__proto__', 't')).to.have.own.property('__proto__', 't');
    const headers = new Headers({ a: '1' });
    const more = withHeader(headers, 'X-Token', 't') as Headers;
    expect([more.get('x-token'), more.get('a'), headers.has('x-token')]).to.deep.equal(['t', '1', false]);
  });
});
