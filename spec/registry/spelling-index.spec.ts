import { expect } from 'chai';
import fc from 'fast-check';
import { readTarget } from '../../lib/options/target-query.js';
import { SpellingIndex } from '../../lib/registry/spelling-index.js';

const MOST = 32;
const ofClient = (clientId: string) => readTarget({ clientId });

/** What the index must agree with: for each value its names, the newest last. */
class PlainLists {
  readonly #names = new Map<object, readonly string[]>();

  get(name: string): object | undefined {
    return [...this.#names.keys()].find((value) => this.#names.get(value)?.includes(name));
  }

  add(name: string, value: object): void {
    if (this.get(name)) return;
    this.#names.set(value, [...(this.#names.get(value) ?? []), name].slice(-MOST));
  }

  delete(value: object): void {
    this.#names.delete(value);
  }
}

describe('SpellingIndex', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }];

  it('gives a value by each way in which it was asked for', () => {
    const index = new SpellingIndex<object>();
    index.add(readTarget(), a);
    index.add(ofClient('acme'), a);
    index.add(readTarget({ scope: 'read' }), b);
    expect([index.get(readTarget()), index.get(ofClient('acme'))]).to.deep.equal([a, a]);
    expect(index.get(readTarget({ scope: 'read' }))).to.equal(b);
    expect(index.get(ofClient('globex'))).to.equal(undefined);
  });

  it('answers the hot path for a client and a region alone', () => {
    const index = new SpellingIndex<object>();
    index.add(readTarget({ clientId: 'acme', region: 'eu' }), a);
    index.add(readTarget({ scope: 'read' }), b);
    expect(index.getSimple({ region: 'eu', clientId: 'acme' })).to.equal(a);
    for (const options of [{ clientId: 'acme' }, { scope: 'read' }, {}])
      expect(index.getSimple(options)).to.equal(undefined);
  });

  it('forgets all ways to a value that is deleted, and none to another', () => {
    const index = new SpellingIndex<object>();
    for (const name of ['1', '2', '3']) index.add(ofClient(name), a);
    index.add(ofClient('4'), b);
    index.delete(a);
    expect(['1', '2', '3', '4'].map((name) => index.get(ofClient(name)))).to.deep.equal([
      undefined,
      undefined,
      undefined,
      b,
    ]);
    index.delete(a);
    index.add(ofClient('1'), b);
    expect(index.get(ofClient('1'))).to.equal(b);
  });

  it('keeps the newest spellings of a value, and each value has as many', () => {
    const index = new SpellingIndex<object>();
    for (let count = 0; count < MOST; count += 1) index.add(ofClient(`a${count}`), a);
    for (let count = 0; count < MOST; count += 1) index.add(ofClient(`b${count}`), b);
    expect(index.get(ofClient('a0'))).to.equal(a);
    index.add(ofClient('one more'), a);
    expect(index.get(ofClient('a0'))).to.equal(undefined);
    expect(index.getSimple({ clientId: 'a0' })).to.equal(undefined);
    for (const name of ['a1', `a${MOST - 1}`, 'one more']) expect(index.get(ofClient(name))).to.equal(a);
    for (const name of ['b0', `b${MOST - 1}`]) expect(index.get(ofClient(name))).to.equal(b);
  });

  it('agrees with plain lists of the newest names of each value', () => {
    const names = Array.from({ length: 90 }, (_, index) => `c${index}`);
    const add = fc.tuple(fc.constantFrom(...names), fc.constantFrom(a, b));
    const moves = fc.array(fc.oneof({ weight: 60, arbitrary: add }, fc.constantFrom(a, b)), {
      minLength: 200,
      maxLength: 400,
    });
    const check = (plan: readonly ([string, object] | object)[]) => {
      const index = new SpellingIndex<object>();
      const lists = new PlainLists();
      for (const move of plan) {
        if (Array.isArray(move)) {
          index.add(ofClient(move[0]), move[1]);
          lists.add(move[0], move[1]);
        } else {
          index.delete(move);
          lists.delete(move);
        }
      }
      for (const name of names) expect(index.get(ofClient(name))).to.equal(lists.get(name));
    };
    fc.assert(fc.property(moves, check));
  });

  it('leaves a spelling with the value that it was first learnt for', () => {
    const index = new SpellingIndex<object>();
    index.add(ofClient('acme'), a);
    index.add(ofClient('acme'), b);
    expect(index.get(ofClient('acme'))).to.equal(a);
    index.delete(b);
    expect(index.get(ofClient('acme'))).to.equal(a);
  });
});
