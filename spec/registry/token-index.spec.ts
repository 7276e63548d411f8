import { expect } from 'chai';
import fc from 'fast-check';
import { TokenIndex } from '../../lib/registry/token-index.js';

describe('TokenIndex', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }];

  it('knows who holds a token, until that one holds another', () => {
    const index = new TokenIndex<object>();
    index.replace(a, undefined, 't1');
    index.replace(b, undefined, 't2');
    expect(index.holdersOf('t1')).to.deep.equal([a]);
    index.replace(a, 't1', 't3');
    expect([index.holdersOf('t1'), index.holdersOf('t3')]).to.deep.equal([[], [a]]);
    index.replace(a, 't3', undefined);
    expect([index.holdersOf('t3'), index.holdersOf('t2')]).to.deep.equal([[], [b]]);
  });

  it('agrees with a plain list, also where several hold the same', () => {
    const holders = [a, b, { name: 'c' }];
    const token = fc.option(fc.constantFrom('x', 'y', 'z', '__proto__'), { nil: undefined });
    const moves = fc.array(fc.tuple(fc.constantFrom(...holders), token), { maxLength: 30 });
    const check = (plan: [object, string | undefined][]) => {
      const index = new TokenIndex<object>();
      const held = new Map<object, string | undefined>();
      for (const [holder, next] of plan) {
        index.replace(holder, held.get(holder), next);
        held.set(holder, next);
        for (const name of ['x', 'y', 'z', '__proto__']) {
          const expected = holders.filter((other) => held.get(other) === name);
          expect(index.holdersOf(name)).to.have.members(expected);
        }
      }
    };
    fc.assert(fc.property(moves, check));
  });
});
