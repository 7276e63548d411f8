import { expect } from 'chai';
import { flatten, namesHeader, readHeaders, withHeader } from '../../lib/attach/header-list.js';

const forms: readonly [string, unknown, unknown][] = [
  ['an object', { Accept: 'a', 'x-y': '1' }, { Accept: 'a', 'x-y': '1', Authorization: 'v' }],
  [
    'pairs',
    [['Accept', 'a']],
    [
      ['Accept', 'a'],
      ['Authorization', 'v'],
    ],
  ],
  ['a flat list', ['Accept', 'a', 'x-y', '1'], ['Accept', 'a', 'x-y', '1', 'Authorization', 'v']],
  [
    'Headers',
    new Headers({ Accept: 'a' }),
    [
      ['accept', 'a'],
      ['Authorization', 'v'],
    ],
  ],
  [
    'a Map',
    new Map([['Accept', 'a']]),
    [
      ['Accept', 'a'],
      ['Authorization', 'v'],
    ],
  ],
  ['an empty list', [], { Authorization: 'v' }],
  ['an empty object', {}, { Authorization: 'v' }],
  ['nothing', undefined, { Authorization: 'v' }],
  ['null', null, { Authorization: 'v' }],
];

for (const [kind, given, expected] of forms) {
  describe(`headers as ${kind}`, () => {
    const headers = () => readHeaders(given);
    it('are added to in their own form, and stay as they were', () => {
      const before = JSON.stringify(given);
      expect(withHeader(headers(), 'Authorization', 'v')).to.deep.equal(expected);
      expect(JSON.stringify(given)).to.equal(before);
    });

    it('are searched in any spelling', () => {
      expect(namesHeader(headers(), 'authorization')).to.equal(false);
      const has = JSON.stringify(expected).toLowerCase().includes('accept');
      expect(namesHeader(headers(), 'x', 'ACCEPT')).to.equal(has);
      expect(namesHeader(withHeader(headers(), 'Authorization', 'v'), 'authorization')).to.equal(true);
      // Values, and a name of the same length.
      expect(namesHeader(headers(), 'v', 'a', '1', 'Decept')).to.equal(false);
    });
  });
}

describe('readHeaders()', () => {
  it('reads what can be read but once, and what changes later, now', () => {
    expect(readHeaders(new Map([['a', '1']]).entries())).to.deep.equal([['a', '1']]);
    const record = { a: '1' };
    const read = readHeaders(record);
    record.a = '2';
    expect(read).to.deep.equal({ a: '1' });
  });

  it('takes a name without a value for none', () => {
    expect(namesHeader(readHeaders({ authorization: undefined }), 'authorization')).to.equal(false);
  });
});

describe('flatten()', () => {
  it('makes one list of pairs, and leaves whatever else as it is', () => {
    expect(
      flatten([
        ['a', '1'],
        ['b', '2'],
      ]),
    ).to.deep.equal(['a', '1', 'b', '2']);
    for (const headers of [['a', '1'], [], { a: '1' }]) expect(flatten(headers)).to.equal(headers);
  });
});
