import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/index.js';
import { MemoryTokenStore } from '../../../lib/stores/memory-token-store.js';
import { tokenStoreContract } from '../../../lib/testing/store/token-store-contract.js';
import { rejection } from '../../support/rejection.js';

describe('tokenStoreContract', () => {
  describe('of MemoryTokenStore', () => {
    for (const { name, run } of tokenStoreContract(() => new MemoryTokenStore())) it(name, run);
  });

  it('has cases with names of their own', () => {
    const names = tokenStoreContract(() => new MemoryTokenStore()).map(({ name }) => name);
    expect(names.length).to.be.above(25);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('may run all cases at once, with one store', async () => {
    const store = new MemoryTokenStore();
    await Promise.all(tokenStoreContract(() => store).map(({ run }) => run()));
  });

  it('makes a store for each case; two where they share', async () => {
    let made = 0;
    const make = async () => {
      made += 1;
      return new MemoryTokenStore();
    };
    const [first] = tokenStoreContract(make);
    expect(made).to.equal(0);
    await first?.run();
    expect(made).to.equal(1);
    const [shared] = tokenStoreContract(make, { shared: true });
    // These do not share anything.
    expect((await rejection(shared?.run() ?? Promise.resolve())).message).to.match(
      /must tell who has the lease/,
    );
    expect(made).to.equal(3);
  });

  it('notices, stores that share nothing', async () => {
    const cases = tokenStoreContract(() => new MemoryTokenStore(), { shared: true });
    const passed = await Promise.all(
      cases.map(({ name, run }) =>
        run().then(
          () => name,
          () => undefined,
        ),
      ),
    );
    expect(passed.filter(Boolean)).to.deep.equal([
      'extends no lease that nobody has',
      'holds nothing for a target that nobody has stored a token for',
    ]);
  });

  it('tells that what it was given is no store', async () => {
    for (const [odd, got] of [
      [undefined, 'nothing without read()'],
      [{ read: () => undefined }, 'an object without takeLease()'],
    ] as const) {
      const [first] = tokenStoreContract(() => odd as never);
      const error = await rejection(first?.run() ?? Promise.resolve());
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.equal(
        `makeStore(): must be a TokenStore, such as RedisTokenStore; got ${got}.`,
      );
    }
  });

  for (const [call, words] of [
    [[], 'makeStore: must be a function that gives the store; got nothing.'],
    [[new MemoryTokenStore()], 'makeStore: must be a function that gives the store; got an object.'],
    [
      [() => undefined, { share: true }],
      'share: is not among the tokenStoreContract options. Did you mean shared?',
    ],
    [[() => undefined, { shared: 1 }], 'shared: must be true or false; got 1.'],
    [[() => undefined, null], 'tokenStoreContract options: must be a plain object; got null.'],
  ] as const)
    it(`refuses ${words.split('.')[0]}`, () => {
      expect(() => tokenStoreContract(...(call as never as [never]))).to.throw(ConfigurationError, words);
    });
});
