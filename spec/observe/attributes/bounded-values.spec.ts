import { expect } from 'chai';
import fc from 'fast-check';
import { BoundedValues } from '../../../lib/observe/attributes/bounded-values.js';

describe('BoundedValues', () => {
  it('lets the first values through, for good, and no others', () => {
    const values = new BoundedValues(2);
    expect(['a', 'b', 'c', 'a', 'd', 'b'].map((value) => values.bound(value))).to.deep.equal([
      'a',
      'b',
      '_OTHER',
      'a',
      '_OTHER',
      'b',
    ]);
  });

  it('never gives more than so many and one', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.array(fc.string()), (limit, given) => {
        const values = new BoundedValues(limit);
        const got = new Set(given.map((value) => values.bound(value)));
        got.delete('_OTHER');
        expect(got.size).to.be.at.most(limit);
      }),
    );
  });
});
