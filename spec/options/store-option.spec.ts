import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readStore } from '../../lib/options/store-option.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { thrown } from '../support/rejection.js';

describe('readStore', () => {
  it('takes what has all methods of a store', () => {
    const store = new MemoryTokenStore();
    expect(readStore('store', store)).to.equal(store);
  });

  for (const [odd, got] of [
    [undefined, 'nothing without read().'],
    [null, 'null without read().'],
    ['redis', 'a string without read().'],
    [{ read: () => undefined, takeLease: 7 }, 'an object without takeLease().'],
  ] as const)
    it(`refuses ${got}`, () => {
      const error = thrown<ConfigurationError>(() => readStore('makeStore()', odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'makeStore()');
      expect(error.message).to.equal(
        `makeStore(): must be a TokenStore, such as RedisTokenStore; got ${got}`,
      );
    });

  it('refuses what throws when it is looked at', () => {
    const odd = {
      get read() {
        throw new Error('secret');
      },
    };
    expect(() => readStore('store', odd)).to.throw(ConfigurationError, 'store: cannot be read');
  });
});
