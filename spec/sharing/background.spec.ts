import { expect } from 'chai';
import { Background } from '../../lib/sharing/background.js';
import { collectGarbage } from '../support/garbage.js';

describe('Background', () => {
  it('waits for all that runs, and lets nothing of it fail anybody', async () => {
    const background = new Background();
    await background.ended(1_000);
    const ends: (() => void)[] = [];
    background.run(new Promise<void>((resolve) => ends.push(resolve)));
    background.run(Promise.reject(new Error('nobody waits for it')));
    let hasEnded = false;
    const ended = background.ended(1_000).then(() => {
      hasEnded = true;
    });
    await new Promise(setImmediate);
    expect(hasEnded).to.equal(false);
    ends[0]?.();
    await ended;
  });

  it('waits no longer than it is told', async () => {
    const background = new Background();
    background.run(new Promise(() => undefined));
    const since = performance.now();
    await background.ended(30);
    expect(performance.now() - since).to.be.at.least(25);
  });

  it('keeps nothing that has ended', async () => {
    const background = new Background();
    const results = [0, 1, 2].map((result) => {
      const object = { result };
      background.run(Promise.resolve(object));
      return new WeakRef(object);
    });
    await collectGarbage();
    expect(results.filter((result) => result.deref())).to.deep.equal([]);
    // Nor is that because all of it is gone.
    await background.ended(1_000);
  });
});
