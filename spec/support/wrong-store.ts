import type { TokenStore } from '../../lib/ground/token-store.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { tokenStoreContract } from '../../lib/testing/store/token-store-contract.js';
import { rejection } from './rejection.js';

type Wrong = (good: MemoryTokenStore) => Partial<TokenStore>;

/** A store that does what is asked of it, but for one thing. */
export function wrongStore(wrong: Wrong): TokenStore {
  const good = new MemoryTokenStore();
  return {
    read: (target) => good.read(target),
    takeLease: (...call) => good.takeLease(...call),
    extendLease: (...call) => good.extendLease(...call),
    releaseLease: (...call) => good.releaseLease(...call),
    write: (...call) => good.write(...call),
    ...wrong(good),
  };
}

/** What that case of the contract says of the store. */
export async function verdictOn(store: TokenStore, name: string): Promise<string> {
  const found = tokenStoreContract(() => store).find((one) => one.name.startsWith(name));
  if (!found) throw new Error(`The contract has no case "${name}".`);
  return (await rejection(found.run())).message;
}
