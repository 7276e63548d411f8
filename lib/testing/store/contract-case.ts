import type { TokenStore } from '../../ground/token-store.js';

/** Gives the store that is tested. It need not be empty. */
export type MakeTokenStore = () => TokenStore | Promise<TokenStore>;

/** One thing that a store must do, for a test runner of any kind. */
export interface StoreContractCase {
  readonly name: string;
  /** Resolves if the store does it. Needs real timers, and takes up to some seconds. */
  readonly run: () => Promise<void>;
}

/** Two processes that share what is stored. */
export interface Processes {
  readonly mine: TokenStore;
  readonly theirs: TokenStore;
}

/** What a case does with the store. */
export type Trial = (processes: Processes) => Promise<void>;

/** Cases, by name. */
export type Trials = Readonly<Record<string, Trial>>;
