import fc from 'fast-check';
import sinon from 'sinon';
import { commands } from '../support/model/commands.js';
import { SharedStore } from '../support/model/fleet-peer.js';
import type { Listeners } from '../support/model/listeners.js';
import type { ProvingBy } from '../support/model/proving/proving.js';
import { World } from '../support/model/world.js';

/** `npm run test:long` takes many more runs, and another seed each time, unless it is given one. */
const { MODEL_RUNS, MODEL_SEED } = process.env;
const RUNS = Number(MODEL_RUNS ?? 2_000);
const SEED = Number(MODEL_SEED ?? (MODEL_RUNS ? Date.now() % 2 ** 31 : 20_261_122));

const options = fc.record({
  retry: fc.record({ retries: fc.constantFrom(0, 1, 5) }),
  refresh: fc.record({ background: fc.boolean(), keepWarm: fc.boolean() }),
});

const provings = fc.record({
  by: fc.constantFrom<ProvingBy['by']>('secret', 'file', 'signer'),
  dpop: fc.boolean(),
});

describe('whatever the schedule of calls, faults and clocks', () => {
  beforeEach(() => {
    sinon.stub(process, 'emitWarning');
  });
  afterEach(() => sinon.restore());

  it(`every promise of a provider holds, in ${RUNS} of them`, async function () {
    this.timeout(0);
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const property = fc.asyncProperty(
      options,
      fc.constantFrom<Listeners>(
        'calm',
        'throwing',
        'rejecting',
        'hanging',
        'asking',
        'renewing',
        'invalidating',
        'closing',
      ),
      fc.boolean(),
      provings,
      commands,
      async (tuning, listeners, isShared, proving, steps) => {
        const world = new World(tuning, listeners, isShared ? new SharedStore() : undefined, proving);
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
          await world.finish();
          if (world.problems.length > 0) throw new Error(world.problems.join('\n'));
        } finally {
          world.restore();
        }
        await new Promise(setImmediate);
        if (unhandled.length > 0) throw new Error(`An unhandled rejection: ${unhandled.splice(0).join()}`);
      },
    );
    try {
      await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: false });
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});
