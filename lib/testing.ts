export type { StoredState, StoredToken, TokenStore } from './ground/token-store.js';
export type { MakeTokenStore, StoreContractCase } from './testing/store/contract-case.js';
export { type StoreContractOptions, tokenStoreContract } from './testing/store/token-store-contract.js';
