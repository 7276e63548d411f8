import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { armInRootContext, runInRootContext } from '../../lib/ground/root-context.js';
import { runChild } from '../support/child.js';

describe('armInRootContext', () => {
  it('hides the context of the caller from what is armed', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen = await storage.run('request', () =>
      armInRootContext(() => new Promise((resolve) => setTimeout(() => resolve(storage.getStore()), 1))),
    );
    expect(seen).to.equal(undefined);
  });
});

describe('the root context', () => {
  it('is nothing that keeps a process alive, for who lists what is open', async () => {
    const { stdout, stderr } = await runChild(`
      import { createHook } from 'node:async_hooks';
      const seen = [];
      createHook({
        init: (_id, type, _trigger, resource) => type === 'm2m-token-provider' && seen.push(resource.hasRef?.()),
      }).enable();
      await import('./lib/index.ts');
      console.log(seen);
    `);
    expect({ stdout, stderr }).to.deep.equal({ stdout: '[ false ]\n', stderr: '' });
  });
});

describe('runInRootContext', () => {
  it('hides the context of the caller, gives what the work gives, and leaves the caller where it was', () => {
    const storage = new AsyncLocalStorage<string>();
    storage.run('request', () => {
      expect(runInRootContext(() => [storage.getStore(), 'done'])).to.deep.equal([undefined, 'done']);
      expect(storage.getStore()).to.equal('request');
    });
  });

  it('hides it from what the work leaves behind', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen = await storage.run('request', () =>
      runInRootContext(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return storage.getStore();
      }),
    );
    expect(seen).to.equal(undefined);
  });

  it('keeps nothing of what the work enters', () => {
    const storage = new AsyncLocalStorage<string>();
    const seen = ['first', 'second'].map((store) =>
      runInRootContext(() => {
        const before = storage.getStore();
        storage.enterWith(store);
        return before;
      }),
    );
    expect(seen).to.deep.equal([undefined, undefined]);
    expect(runInRootContext(() => storage.getStore())).to.equal(undefined);
  });

  it('passes on what the work throws', () => {
    expect(() =>
      runInRootContext(() => {
        throw new Error('no');
      }),
    ).to.throw('no');
  });
});
