import { expect } from 'chai';
import * as door from '../lib/redis.js';

it('the door /redis exports RedisTokenStore alone, besides types', () => {
  expect(Object.keys(door)).to.deep.equal(['RedisTokenStore']);
});
