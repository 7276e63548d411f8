import { expect } from 'chai';
import { runChild } from '../../support/child.js';

const MODULE = JSON.stringify(new URL('../../../lib/ground/runtime/keep-alive.ts', import.meta.url).href);

/** Nothing but what is tested here keeps such a child alive, since its own timers do not. Code 13: it ended too soon. */
const run = (source: string) =>
  runChild(`
    import { keepAlive } from ${MODULE};
    const later = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value).unref());
    ${source}
  `);

describe('keepAlive', () => {
  it('keeps the process alive until the last holder is gone', async () => {
    const child = await run(`
      const [first, second] = [keepAlive(20_000), keepAlive(20_000)];
      await later(50);
      first();
      first();
      await later(50);
      console.log('alive');
      second();
      const third = keepAlive(20_000);
      await later(50);
      console.log('still alive');
      third();
      await later(10_000);
    `);
    expect(child).to.include({ stdout: 'alive\nstill alive\n', code: 13 });
  });

  it('does so no longer than its holders may wait, of whom the last may have come late', async () => {
    const child = await run(`
      keepAlive(300);
      await later(200);
      keepAlive(300);
      await later(200);
      console.log('alive');
      await later(10_000);
    `);
    expect(child).to.include({ stdout: 'alive\n', code: 13 });
  });

  it('counts no holders who have gone before', async () => {
    const child = await run(`
      const gone = [keepAlive(1_000), keepAlive(1_000)];
      for (const letGo of gone) letGo();
      keepAlive(1_000);
      await later(1_900);
      console.log('too long');
    `);
    expect(child).to.include({ stdout: '', code: 13 });
  });

  it('does so for a holder who may wait for ever', async () => {
    const child = await run(`
      const letGo = keepAlive(Number.POSITIVE_INFINITY);
      await later(100);
      console.log('alive');
      letGo();
      await later(10_000);
    `);
    expect(child).to.include({ stdout: 'alive\n', stderr: '', code: 13 });
  });

  it('can be asked again after it has given up', async () => {
    const child = await run(`
      keepAlive(20);
      const guarded = keepAlive(20);
      setTimeout(() => {
        keepAlive(20_000);
        setTimeout(() => { console.log('alive'); process.exit(); }, 100).unref();
      }, 100);
    `);
    expect(child).to.include({ stdout: 'alive\n', code: 0 });
  });
});
