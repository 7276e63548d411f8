import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So that what nobody holds any more is gone from weak references. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 5; round += 1) {
    await new Promise(setImmediate);
    collect();
  }
}
