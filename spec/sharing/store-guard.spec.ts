import { expect } from 'chai';
import { TokenStoreError } from '../../lib/ground/errors.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import type { TokenStore } from '../../lib/ground/token-store.js';
import { STORE_TIME_MS, type StoreCall, StoreGuard } from '../../lib/sharing/store-guard.js';
import { MemoryTokenStore } from '../../lib/stores/memory-token-store.js';
import { rejection } from '../support/rejection.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

const summary = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };

describe('StoreGuard', () => {
  let time: VirtualTime;
  let told: unknown[];
  let events: EventEmitter;
  let guard: StoreGuard;
  beforeEach(() => {
    time = new VirtualTime();
    told = [];
    events = new EventEmitter(EVENT_NAMES);
    events.on('degrade', ({ trouble, error, target }) =>
      told.push(['degrade', trouble, error.reason, target]),
    );
    events.on('recover', ({ trouble, durationMs, target }) =>
      told.push(['recover', trouble, durationMs, target]),
    );
    guard = new StoreGuard(new MemoryTokenStore(), events);
  });
  afterEach(() => time.restore());

  const call = (changes: Partial<StoreCall> = {}): StoreCall => ({
    operation: 'read',
    target,
    time: { leftMs: STORE_TIME_MS },
    signal: new AbortController().signal,
    ...changes,
  });
  const fail = (error: unknown) => () => Promise.reject(error);
  const hang = () => new Promise<never>(() => undefined);
  const trouble = (operation: StoreCall['operation'], error: unknown = new Error('READONLY no')) =>
    rejection(guard.call(call({ operation }), fail(error)));

  it('gives what the store gives, and counts the time it took', async () => {
    const left = { leftMs: 500 };
    const slow = async (store: TokenStore) => {
      await time.pass(120);
      return store.read('a');
    };
    expect(await guard.call(call({ time: left }), slow)).to.deep.equal({ owner: undefined });
    expect([left.leftMs, told, guard.isDegraded]).to.deep.equal([380, [], false]);
  });

  it('gives up one that hangs when the time is over', async () => {
    const left = { leftMs: 300 };
    const failed = rejection(guard.call(call({ time: left }), hang));
    await time.pass(299);
    expect(guard.isDegraded).to.equal(false);
    await time.pass(1);
    expect(await failed).to.be.an.instanceOf(TokenStoreError);
    expect([left.leftMs, told]).to.deep.equal([0, [['degrade', 'read', 'ETIMEDOUT', summary]]]);
    expect(time.armed).to.equal(0);
  });

  it('tells of an episode once, and of its end, by the operation that began it', async () => {
    await trouble('lease');
    await trouble('lease');
    await trouble('write');
    await time.pass(60_000);
    // It can read all the while, and that says nothing.
    await guard.call(call(), async () => undefined);
    await guard.call(call({ operation: 'lease' }), async () => undefined);
    expect([guard.isDegraded, told.length]).to.deep.equal([true, 1]);
    await guard.call(call({ operation: 'write' }), async () => undefined);
    await trouble('read');
    expect([guard.isDegraded, told]).to.deep.equal([
      true,
      [
        ['degrade', 'lease', 'READONLY', summary],
        ['recover', 'lease', 60_000, summary],
        ['degrade', 'read', 'READONLY', summary],
      ],
    ]);
  });

  it('learns nothing from what is quiet', async () => {
    const quiet = { operation: 'lease', isQuiet: true } as const;
    await rejection(guard.call(call(quiet), fail(new Error('OOM no'))));
    expect([guard.isDegraded, told]).to.deep.equal([false, []]);
    await trouble('lease');
    await guard.call(call(quiet), async () => true);
    expect(guard.isDegraded).to.equal(true);
  });

  it('is well when a token has come from it, whatever has failed', async () => {
    await trouble('lease');
    await trouble('write');
    await time.pass(1_000);
    guard.hasServed(target);
    guard.hasServed(target);
    expect([guard.isDegraded, told.slice(1)]).to.deep.equal([false, [['recover', 'lease', 1_000, summary]]]);
  });

  it("takes what ends with the signal for nobody's failure", async () => {
    const controller = new AbortController();
    const failed = rejection(guard.call(call({ signal: controller.signal }), hang));
    const reason = new Error('closed');
    controller.abort(reason);
    expect([await failed, told, guard.isDegraded]).to.deep.equal([reason, [], false]);
  });

  for (const [what, error, reason] of [
    [
      'the code of the system',
      Object.assign(new Error('connect to 10.0.0.1'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    [
      'the word that Redis begins with',
      new Error("OOM command not allowed when used memory > 'maxmemory'."),
      'OOM',
    ],
    ['the name of any other', new TypeError('token-1 is no function'), 'TypeError'],
    ['the type of what is no error', 'token-1', 'string'],
    ['nothing of a code that is text', Object.assign(new Error('x'), { code: 'token-1 is secret' }), 'Error'],
  ] as const) {
    it(`shows ${what}, and no more of it`, async () => {
      const failure = await trouble('write', error);
      expect(failure).to.include({ code: 'ERR_TOKEN_STORE', reason });
      expect(failure.message).to.equal(`The store failed (write): ${reason}.`);
      expect(failure).to.not.have.property('cause');
    });
  }

  for (const token of ['opaqueTokenOfAcme', 'OPAQUETOKEN', 'opaque0123456789token']) {
    it(`shows nothing of an error that has the token ${token} for its code or its name`, async () => {
      const base64 = Buffer.from(token).toString('base64').replaceAll('=', '');
      for (const text of [token, token.toLowerCase(), `X_${token}`, base64])
        for (const error of [
          Object.assign(new Error('x'), { code: text }),
          Object.assign(new Error('x'), { code: text, name: text }),
          new Error(`${text} is too long`),
        ]) {
          const failure = await rejection(guard.call(call({ operation: 'write', token }), fail(error)));
          expect(failure.message).to.match(/^The store failed \(write\): (Error|object)\.$/);
        }
    });
  }

  it('bears a store that throws before it promises', async () => {
    const throws = (): never => {
      throw new Error('ERR no');
    };
    expect(await rejection(guard.call(call(), throws))).to.include({ reason: 'ERR' });
  });
});
