import { expect } from 'chai';
import { Travels } from '../../../lib/attach/undici/travels.js';

describe('Travels', () => {
  it('knows by the handler that a request has left its first origin, for good', () => {
    const travels = new Travels();
    const handler = {};
    const hops = [undefined, 'a', 'a', undefined, 'b', 'a', undefined, 'b'];
    const left = hops.map((origin) => travels.hasLeft(handler, origin));
    expect(left).to.deep.equal([false, false, false, false, true, true, false, true]);
    expect(travels.hasLeft({}, 'b')).to.equal(false);
  });
});
