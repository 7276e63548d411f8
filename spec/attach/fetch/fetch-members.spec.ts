import { expect } from 'chai';
import { readKnown, readMembers } from '../../../lib/attach/fetch/fetch-members.js';
import { thrown } from '../../support/rejection.js';

describe('readMembers()', () => {
  it('makes nothing of nothing', () => {
    expect([readMembers(undefined), readMembers(null), readMembers({ method: undefined })]).to.deep.equal([
      {},
      {},
      {},
    ]);
  });

  it('reads what is inherited, what getters make, and what a function has', () => {
    class Own {
      get method() {
        return 'POST';
      }
    }
    const inits = [
      new Own(),
      Object.create({ method: 'POST' }),
      Object.assign(() => undefined, { method: 'POST' }),
    ];
    for (const init of inits) expect(readMembers(init)).to.deep.equal({ method: 'POST' });
  });

  it('reads each member of fetch once, and then all others', () => {
    const readsOf = (read: (init: object) => unknown) => {
      const names: PropertyKey[] = [];
      const init = { agent: 1, method: 'POST', body: 'b', signal: null };
      read(
        new Proxy(init, {
          get: (target, name) => {
            names.push(name);
            return Reflect.get(target, name);
          },
        }),
      );
      return names;
    };
    const own = readsOf(readMembers);
    const ofFetch = readsOf((init) => new Request('http://localhost/', init as RequestInit));
    expect(own).to.include.members(ofFetch);
    expect(new Set(own).size).to.equal(own.length);
    expect(own.at(-1)).to.equal('agent');
  });

  it('makes texts of objects that stand for a text, at once, and leaves alone what cannot change', () => {
    let now = 'POST';
    const members = readMembers({ method: { toString: () => now }, mode: null, cache: 5, redirect: Object });
    now = 'PUT';
    expect(members).to.deep.equal({ method: 'POST', mode: null, cache: 5, redirect: String(Object) });
  });

  it('does not take __proto__ for a member', () => {
    const members = readMembers(JSON.parse('{"__proto__": {"redirect": "error"}, "method": "POST"}'));
    expect(Object.keys(members)).to.deep.equal(['method']);
    expect((members as RequestInit).redirect).to.equal(undefined);
  });

  for (const init of [5, 'POST', true, Symbol('init')]) {
    it(`refuses ${String(init)} in the words of fetch`, () => {
      const error = thrown(() => readMembers(init));
      const { message } = thrown(() => new Request('http://localhost/', init as never));
      expect(error).to.be.instanceOf(TypeError).and.have.property('message', message);
    });
  }

  it('passes on what a getter throws', () => {
    const error = new RangeError('mine');
    const init = {
      get body() {
        throw error;
      },
    };
    expect(thrown(() => readMembers(init))).to.equal(error);
  });
});

describe('readKnown()', () => {
  it('reads of a Request what fetch knows, and none of its methods', () => {
    const members = readKnown(new Request('http://localhost/', { method: 'PUT', redirect: 'error' }));
    expect(members).to.include({ method: 'PUT', redirect: 'error' });
    expect(Object.values(members).some((value) => typeof value === 'function')).to.equal(false);
  });
});
