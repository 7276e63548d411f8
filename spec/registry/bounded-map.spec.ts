import { expect } from 'chai';
import sinon from 'sinon';
import { BoundedMap } from '../../lib/registry/bounded-map.js';

describe('BoundedMap', () => {
  it('makes what is asked for once, and keeps it', () => {
    const map = new BoundedMap<object>(2);
    const make = sinon.spy(() => ({}));
    expect(map.ensure('a', make)).to.equal(map.ensure('a', make));
    expect(map.ensure('b', make)).to.not.equal(map.ensure('a', make));
    expect(make.callCount).to.equal(2);
  });

  it('forgets what was used the longest ago, and nothing else', () => {
    const map = new BoundedMap<object>(2);
    const [a, b] = ['a', 'b'].map((key) => map.ensure(key, () => ({})));
    map.ensure('a', () => ({}));
    map.ensure('c', () => ({}));
    expect(map.ensure('a', () => ({}))).to.equal(a);
    expect(map.ensure('b', () => ({}))).to.not.equal(b);
  });

  it('keeps one where there is room for one', () => {
    const map = new BoundedMap<object>(1);
    const a = map.ensure('a', () => ({}));
    expect(map.ensure('a', () => ({}))).to.equal(a);
    map.ensure('b', () => ({}));
    expect(map.ensure('a', () => ({}))).to.not.equal(a);
  });

  it('forgets what is removed, and gives it once', () => {
    const map = new BoundedMap<object>(1);
    const a = {};
    map.set('a', a);
    expect([map.remove('a'), map.remove('a')]).to.deep.equal([a, undefined]);
    map.set('a', a);
    map.set('b', {});
    expect(map.remove('a')).to.equal(undefined);
  });
});
