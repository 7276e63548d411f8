import { expect } from 'chai';
import sinon from 'sinon';
import { KeySet } from '../../../lib/verify/keys/key-set.js';
import { describeKeys } from '../../../lib/verify/keys/key-status.js';
import type { VerifierOptions } from '../../../lib/verify/verifier-options.js';
import { rejection } from '../../support/rejection.js';
import { ISSUER, ScriptedIssuer } from '../../support/scripted-issuer.js';
import { SigningKey } from '../../support/signing-key.js';
import { VirtualTime } from '../../support/virtual-time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const patience = { maxWaitMs: 100, signal: undefined };

describe('describeKeys', () => {
  let time: VirtualTime;
  let issuer: ScriptedIssuer;
  let keys: KeySet;
  const make = (options: Partial<VerifierOptions> = {}) => {
    keys = new KeySet(issuer.settings({ retry: { retries: 0 }, ...options }), () => undefined);
  };
  const status = () => describeKeys(ISSUER, keys.document);
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    issuer = new ScriptedIssuer(new SigningKey('k1'), new SigningKey('k2'));
    make();
  });
  afterEach(async () => {
    await keys.close(new Error('the end'));
    sinon.restore();
    time.restore();
  });

  it('is absent before the first call, and asks for nothing', () => {
    expect(status()).to.deep.equal({
      issuer: ISSUER,
      state: 'absent',
      keys: 0,
      dueAt: undefined,
      usableUntil: undefined,
      failuresInARow: 0,
      lastErrorCode: undefined,
      nextAttemptAt: undefined,
    });
    expect(issuer.asked).to.equal(0);
  });

  it('is frozen, and a picture of its moment', async () => {
    const before = status();
    await keys.get(patience);
    expect(Object.isFrozen(before)).to.equal(true);
    expect([before.state, status().state]).to.deep.equal(['absent', 'fresh']);
  });

  it('is fresh, due, stale and absent, each from its moment on', async () => {
    const startedAt = Date.now();
    await keys.get(patience);
    expect(status()).to.deep.include({
      state: 'fresh',
      keys: 2,
      dueAt: startedAt + 40 * MINUTE_MS,
      usableUntil: startedAt + 25 * HOUR_MS,
    });
    issuer.fault = 503;
    const states: string[] = [];
    for (const minutes of [0, 40, 60, 25 * 60]) {
      const leftMs = startedAt + minutes * MINUTE_MS - Date.now();
      if (leftMs > 0) {
        // Somebody asks all along.
        await time.pass(leftMs - 1);
        states.push(status().state);
        keys.usable();
        await time.pass(1);
      }
      states.push(status().state);
    }
    expect(states).to.deep.equal(['fresh', 'fresh', 'due', 'due', 'stale', 'stale', 'absent']);
    expect(status()).to.include({ keys: 0, dueAt: undefined, usableUntil: undefined });
  });

  it('is never stale with maxStaleMs 0', async () => {
    make({ maxStaleMs: 0 });
    await keys.get(patience);
    issuer.fault = 'hang';
    await time.pass(HOUR_MS - 1);
    expect(status().state).to.equal('due');
    await time.pass(1);
    expect(status().state).to.equal('absent');
  });

  it('is absent from the end on by the clock alone, though no timer has fired', async () => {
    await keys.get(patience);
    time.stall(25 * HOUR_MS);
    expect(status()).to.include({ state: 'absent', keys: 0 });
  });

  it('counts failures, names the last, and says when the next attempt is', async () => {
    issuer.fault = 503;
    await rejection(keys.get(patience));
    const { failuresInARow, lastErrorCode, nextAttemptAt, state } = status();
    expect([failuresInARow, lastErrorCode, state]).to.deep.equal([1, 'ERR_TOKEN_ENDPOINT', 'absent']);
    expect(nextAttemptAt).to.be.above(Date.now());
    issuer.fault = undefined;
    await time.pass((nextAttemptAt ?? 0) - Date.now());
    await keys.get(patience);
    expect(status()).to.include({
      failuresInARow: 0,
      lastErrorCode: undefined,
      nextAttemptAt: undefined,
      state: 'fresh',
    });
  });
});
