import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';
import { readFields } from '../../options/option-fields.js';
import { readBoolean } from '../../options/option-values.js';
import { readStore } from '../../options/store-option.js';
import type { MakeTokenStore, StoreContractCase, Trial } from './contract-case.js';
import { lastingTrials } from './lasting-trials.js';
import { leaseEndTrials, leaseTrials } from './lease-trials.js';
import { nameTrials } from './name-trials.js';
import { raceTrials } from './race-trials.js';
import { recordEndTrials, recordTrials } from './record-trials.js';
import { WatchedStore } from './watched-store.js';

/** What `tokenStoreContract(makeStore, options)` takes. */
export interface StoreContractOptions {
  /**
   * Whether all stores that are made share what they hold, as the stores of two processes do: each case then works with two of
   * them. Default `false`.
   */
  readonly shared?: boolean | undefined;
}

/**
 * What a {@link TokenStore} must do, as cases for any test runner. Targets and owners are new ones in each case, so that the store
 * need not be empty, and cases may run at the same time.
 *
 * @param makeStore gives the store that is tested; asked once in each case, or twice with `shared`
 * @throws {ConfigurationError} when `makeStore` is not a function, or an option is malformed; a case does so when it gives no store
 * @example
 * ```ts
 * // Mocha: others take the 20 s as an argument of `it()`, or as an option of the runner.
 * for (const { name, run } of tokenStoreContract(() => new MyTokenStore(database))) it(name, run).timeout(20_000);
 * ```
 */
export function tokenStoreContract(
  makeStore: MakeTokenStore,
  options: StoreContractOptions = {},
): readonly StoreContractCase[] {
  if (typeof makeStore !== 'function')
    throw new ConfigurationError(
      'makeStore',
      `must be a function that gives the store; got ${kindOf(makeStore)}.`,
    );
  const { shared } = readFields<StoreContractOptions>('tokenStoreContract options', options, ['shared']);
  const isShared = readBoolean('shared', shared, false);
  const all = {
    ...leaseTrials,
    ...leaseEndTrials,
    ...recordTrials,
    ...recordEndTrials,
    ...nameTrials,
    ...raceTrials,
    ...lastingTrials,
  };
  return Object.entries(all).map(([name, trial]) =>
    Object.freeze({ name, run: () => runTrial(trial, makeStore, isShared) }),
  );
}

async function runTrial(trial: Trial, makeStore: MakeTokenStore, isShared: boolean): Promise<void> {
  const mine = new WatchedStore(readStore('makeStore()', await makeStore()));
  const theirs = isShared ? new WatchedStore(readStore('makeStore()', await makeStore())) : mine;
  await trial({ mine, theirs });
}
