import { FakeProvider, type FakeProviderOptions } from './testing/fake/fake-provider.js';

export type { StoredState, StoredToken, TokenStore } from './ground/token-store.js';
export type { FakeCall } from './testing/fake/fake-call.js';
export type { FakeToken, FakeTokenSource } from './testing/fake/fake-token.js';
export type { MakeTokenStore, StoreContractCase } from './testing/store/contract-case.js';
export { type StoreContractOptions, tokenStoreContract } from './testing/store/token-store-contract.js';
export type { FakeProvider, FakeProviderOptions };

/**
 * Makes a `TokenProvider` for tests, which needs no server, no network and no timers.
 *
 * @throws {ConfigurationError} when an option is malformed
 * @example
 * ```ts
 * const fake = fakeProvider({ token: 'a-token' });
 * await fake.getToken();   // 'a-token'
 * fake.fail().expire();    // an outage that lasts longer than the token
 * fake.set();              // it is over
 * fake.calls;              // what was asked for
 * ```
 */
export function fakeProvider(options?: FakeProviderOptions): FakeProvider {
  return new FakeProvider(options);
}
