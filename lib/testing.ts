import { FakeProvider, type FakeProviderOptions } from './testing/fake/fake-provider.js';
import { TokenServer, type TokenServerCounts, type TokenServerPart } from './testing/server/token-server.js';
import type { TokenServerClient, TokenServerOptions } from './testing/server/token-server-options.js';

export type { StoredState, StoredToken, TokenStore } from './ground/token-store.js';
export type { FakeCall } from './testing/fake/fake-call.js';
export type { PartialEvent } from './testing/fake/fake-event.js';
export type { FakeToken, FakeTokenSource } from './testing/fake/fake-token.js';
export type { TokenServerFault, TokenServerFaultAnswer } from './testing/server/server-fault.js';
export type { KeyAlgorithm } from './testing/server/server-keys.js';
export type { TokenServerRequest } from './testing/server/token-grant.js';
export type { TokenServerAuthentication, TokenServerGrant } from './testing/server/token-server-options.js';
export type { MakeTokenStore, StoreContractCase } from './testing/store/contract-case.js';
export { type StoreContractOptions, tokenStoreContract } from './testing/store/token-store-contract.js';
export type {
  FakeProvider,
  FakeProviderOptions,
  TokenServer,
  TokenServerClient,
  TokenServerCounts,
  TokenServerOptions,
  TokenServerPart,
};

/**
 * Makes a `TokenProvider` for tests, which needs no server and no network, and does nothing in the background.
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

/**
 * Starts an authorization server on this machine, for tests of what goes over the network. It checks clients and requests as a real
 * one does, signs tokens that a verifier accepts (by its `algorithms`, where `alg` is not RS256), publishes metadata and keys, and fails
 * as the test says. Close it after the tests: one that was forgotten does not keep the process alive, and in node:test, Mocha and
 * scripts a process warning tells of it once nothing else does.
 *
 * @throws {ConfigurationError} when an option is malformed
 * @example
 * ```ts
 * const server = await startTokenServer();
 * const { issuer, clientId, clientSecret } = server;
 * const provider = new TokenProvider({ issuer, clientId, clientSecret });
 * server.fail('reset');    // until server.recover()
 * await server.close();
 * ```
 */
export function startTokenServer(options?: TokenServerOptions): Promise<TokenServer> {
  return TokenServer.start(options);
}
