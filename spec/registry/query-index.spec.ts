import { expect } from 'chai';
import fc from 'fast-check';
import { readTarget, type TargetQuery } from '../../lib/options/target-query.js';
import { QueryIndex, queryKey } from '../../lib/registry/query-index.js';

const text = fc.constantFrom('a', 'b', 'a,b', 'null', '"', '["a"]', '__proto__', 'undefined');
const list = fc.uniqueArray(text, { maxLength: 2 }).map((items) => items.sort());
const queries: fc.Arbitrary<TargetQuery> = fc.record({
  clientId: fc.option(text, { nil: undefined }),
  region: fc.option(text, { nil: undefined }),
  scope: fc.option(list, { nil: undefined }),
  resource: fc.option(list, { nil: undefined }),
});
const isSame = (a: TargetQuery, b: TargetQuery) =>
  (['clientId', 'region', 'scope', 'resource'] as const).every(
    (name) =>
      a[name] === b[name] ||
      (Array.isArray(a[name]) &&
        Array.isArray(b[name]) &&
        `${a[name]}` === `${b[name]}` &&
        a[name].length === b[name].length),
  );

describe('QueryIndex', () => {
  it('gives each query what was kept for it, and no other', () => {
    fc.assert(
      fc.property(queries, queries, (a, b) => {
        const index = new QueryIndex<string>();
        index.set(a, 'kept');
        expect(index.get({ ...a })).to.equal('kept');
        expect(index.get(b)).to.equal(isSame(a, b) ? 'kept' : undefined);
        expect(queryKey(a) === queryKey(b)).to.equal(isSame(a, b));
        index.delete({ ...a });
        expect(index.get(a)).to.equal(undefined);
        index.delete(a);
      }),
      { numRuns: 500 },
    );
  });

  it('replaces what was kept', () => {
    const index = new QueryIndex<number>();
    for (const query of [readTarget({ clientId: 'a' }), readTarget({ scope: 'read' })]) {
      index.set(query, 1);
      index.set(query, 2);
      expect(index.get(query)).to.equal(2);
    }
  });

  it('deletes one client of a region, and leaves the others', () => {
    const index = new QueryIndex<number>();
    index.set(readTarget({ clientId: 'a', region: 'us' }), 1);
    index.set(readTarget({ clientId: 'b', region: 'us' }), 2);
    index.set(readTarget({ clientId: 'a' }), 3);
    index.delete(readTarget({ clientId: 'a', region: 'us' }));
    expect(index.get(readTarget({ clientId: 'b', region: 'us' }))).to.equal(2);
    expect(index.get(readTarget({ clientId: 'a' }))).to.equal(3);
  });

  it('answers the hot path for a client and a region alone, whatever else the options say', () => {
    const index = new QueryIndex<number>();
    index.set(readTarget(), 0);
    index.set(readTarget({ clientId: 'a' }), 1);
    index.set(readTarget({ clientId: 'a', region: 'eu' }), 2);
    const table: [object, number | undefined][] = [
      [{}, undefined],
      [{ clientId: undefined }, undefined],
      [{ clientId: 'a' }, 1],
      [{ region: 'eu', clientId: 'a' }, 2],
      [{ region: 'eu' }, undefined],
      [{ clientId: 'b' }, undefined],
      [{ clientId: 'a', scope: 'read' }, undefined],
      [{ clientId: 'a', scope: undefined }, undefined],
      [{ clientId: 'a', maxWaitMs: 5 }, undefined],
      [{ clientId: 'a', color: 'red' }, undefined],
    ];
    for (const [options, expected] of table) expect(index.getSimple(options)).to.equal(expected);
  });

  it('forgets what has a scope, and not what is the same but for that', () => {
    const index = new QueryIndex<number>();
    index.set(readTarget({ clientId: 'a' }), 1);
    index.set(readTarget({ clientId: 'a', scope: 'read' }), 2);
    index.delete(readTarget({ clientId: 'a', scope: 'read' }));
    expect(index.get(readTarget({ clientId: 'a' }))).to.equal(1);
    expect(index.get(readTarget({ clientId: 'a', scope: 'read' }))).to.equal(undefined);
  });

  it('leaves to others what says nothing, or is no object at all', () => {
    const index = new QueryIndex<number>();
    index.set(readTarget(), 1);
    for (const odd of [{}, null, 5, true, [], new Map(), new Date(), { clientId: undefined }]) {
      expect(index.getSimple(odd as never)).to.equal(undefined);
    }
  });
});
