import { expect } from 'chai';
import type { TokenStore } from '../../../lib/ground/token-store.js';
import { WatchedStore } from '../../../lib/testing/store/watched-store.js';
import { rejection } from '../../support/rejection.js';
import { storedToken } from '../../support/stored-token.js';
import { VirtualTime } from '../../support/virtual-time.js';

const calls: Readonly<Record<keyof TokenStore, (store: TokenStore) => Promise<unknown>>> = {
  read: (store) => store.read('t'),
  takeLease: (store) => store.takeLease('t', 'me', 1),
  extendLease: (store) => store.extendLease('t', 'me', 1),
  releaseLease: (store) => store.releaseLease('t', 'me'),
  write: (store) => store.write('t', 'me', storedToken()),
};

/** A store whose methods all do this. */
function doing(work: (...call: unknown[]) => unknown): TokenStore {
  return Object.fromEntries(Object.keys(calls).map((name) => [name, work])) as unknown as TokenStore;
}

describe('WatchedStore', () => {
  let time: VirtualTime | undefined;
  afterEach(() => {
    time?.restore();
    time = undefined;
  });

  for (const [name, call] of Object.entries(calls)) {
    it(`hands on what ${name}() is told, and what it gives`, async () => {
      const told: unknown[][] = [];
      const answers = { read: { owner: 'me' }, releaseLease: undefined };
      const answer = name in answers ? answers[name as keyof typeof answers] : true;
      const store = doing(async (...call) => {
        told.push(call);
        return answer;
      });
      expect(await call(new WatchedStore(store))).to.equal(answer);
      await call(store);
      expect(told[0]).to.deep.equal(told[1]);
    });

    it(`gives up ${name}() after 5 s`, async () => {
      time = new VirtualTime();
      const failed = rejection(call(new WatchedStore(doing(() => new Promise(() => undefined)))));
      let isOver = false;
      void failed.then(() => {
        isOver = true;
      });
      await time.pass(4_999);
      expect(isOver).to.equal(false);
      await time.pass(51);
      expect((await failed).message).to.equal(`${name}() hangs.`);
    });

    it(`lets through why ${name}() fails, whether it rejects or throws`, async () => {
      const fault = new Error('down');
      expect(await rejection(call(new WatchedStore(doing(() => Promise.reject(fault)))))).to.equal(fault);
      const throwing = doing(() => {
        throw fault;
      });
      expect(await rejection(call(new WatchedStore(throwing)))).to.equal(fault);
    });

    it(`notices that ${name}() gives no promise`, async () => {
      for (const answer of [true, undefined, null])
        expect((await rejection(call(new WatchedStore(doing(() => answer))))).message).to.equal(
          `${name}() must give a promise.`,
        );
    });
  }

  it('notices answers that are none', async () => {
    for (const name of ['takeLease', 'extendLease', 'write'] as const)
      for (const answer of ['OK', 1, undefined, null])
        expect((await rejection(calls[name](new WatchedStore(doing(async () => answer))))).message).to.equal(
          `${name}() must give true or false; it gave ${answer}.`,
        );
    for (const answer of ['token', undefined, null])
      expect((await rejection(calls.read(new WatchedStore(doing(async () => answer))))).message).to.equal(
        `read() must give an object; it gave ${answer}.`,
      );
    for (const [answer, words] of [
      [{ owner: null }, 'The owner that read() gives must be text, or undefined; it gave null.'],
      [{ owner: 7 }, 'The owner that read() gives must be text, or undefined; it gave 7.'],
      [{ token: null }, 'The token that read() gives must be an object, or undefined; it gave null.'],
      [{ token: 'abc' }, 'The token that read() gives must be an object, or undefined; it gave abc.'],
    ] as const)
      expect((await rejection(calls.read(new WatchedStore(doing(async () => answer))))).message).to.equal(
        words,
      );
    for (const answer of [{}, { owner: undefined, token: undefined }, { owner: 'a', token: {} }])
      expect(await calls.read(new WatchedStore(doing(async () => answer)))).to.equal(answer);
  });
});
