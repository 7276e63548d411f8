import { expect } from 'chai';
import * as door from '../lib/fetch.js';

it('the door /fetch exports createAuthorizedFetch alone, besides types', () => {
  expect(Object.keys(door)).to.deep.equal(['createAuthorizedFetch']);
});
