import { expect } from 'chai';
import * as door from '../lib/undici.js';

it('the door /undici exports tokenInterceptor alone, besides types', () => {
  expect(Object.keys(door)).to.deep.equal(['tokenInterceptor']);
});
