import { expect } from 'chai';
import { MemoryTokenStore } from '../../../lib/index.js';
import { type MakeTokenStore, type StoreContractCase, tokenStoreContract } from '../../../lib/testing.js';

describe('StoreContractCase', () => {
  /** As users write it who have a runner of their own. */
  const runAll = async (cases: readonly StoreContractCase[]) => {
    const faults: string[] = [];
    for (const { name, run } of cases.slice(0, 3)) await run().catch(() => faults.push(name));
    return faults;
  };

  it('is for runners of any kind', async () => {
    const make: MakeTokenStore = async () => new MemoryTokenStore();
    expect(await runAll(tokenStoreContract(make))).to.deep.equal([]);
  });
});
