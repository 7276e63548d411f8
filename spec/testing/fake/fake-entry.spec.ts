import { expect } from 'chai';
import fc from 'fast-check';
import { EventEmitter } from '../../../lib/ground/event-emitter.js';
import { EVENT_NAMES, type EventName } from '../../../lib/ground/events.js';
import {
  TokenEndpointError,
  TokenRequestError,
  TokenResponseError,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { FakeEntry } from '../../../lib/testing/fake/fake-entry.js';
import { outage } from '../../../lib/testing/fake/fake-event.js';
import { FakeTokens } from '../../../lib/testing/fake/fake-token.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

const target = { tokenEndpoint: 'https://fake.invalid/token', clientId: 'a', scope: [], resource: [] };
const query = { clientId: 'a', region: undefined, scope: undefined, resource: undefined };
const call = { signal: undefined, maxWaitMs: 30_000, minValidityMs: 0 };

describe('FakeEntry', () => {
  let time: VirtualTime;
  let heard: [EventName, object][];
  let events: EventEmitter;
  let tokens: FakeTokens;
  let entry: FakeEntry;
  beforeEach(() => {
    time = new VirtualTime();
    heard = [];
    events = new EventEmitter(EVENT_NAMES);
    for (const name of EVENT_NAMES) events.on(name, (event) => heard.push([name, event]));
    let count = 0;
    tokens = FakeTokens.read({ token: () => `t${++count}` });
    entry = new FakeEntry(query, target, events, tokens);
  });
  afterEach(() => time.restore());
  const names = () => heard.map(([name]) => name);

  it('arms no timer but for who waits', async () => {
    await entry.getToken(call);
    entry.become('hang');
    entry.expire();
    expect(time.armed).to.equal(0);
    const waiting = rejection(entry.getToken(call));
    expect(time.armed).to.be.above(0);
    entry.become(outage());
    await waiting;
    entry.become(tokens);
    expect(time.armed).to.equal(0);
  });

  it('lets callers wait no longer than they want to, while renewals hang', async () => {
    entry.become('hang');
    const hasty = rejection(entry.getToken({ ...call, maxWaitMs: 1_000 }));
    const patient = entry.getToken({ ...call, maxWaitMs: 2_000 });
    await time.pass(1_500);
    expect(await hasty)
      .to.be.instanceOf(TokenUnavailableError)
      .and.include({ message: 'No token came within 1000 ms (maxWaitMs).' });
    entry.become(tokens);
    expect(await patient).to.equal('t1');
    expect(entry.status().state).to.equal('fresh');
  });

  it('has the wait end by one step of a fake clock, which fires no timer that it arms meanwhile', async () => {
    entry.become('hang');
    const asked = rejection(entry.getToken({ ...call, maxWaitMs: 30_000 }));
    time.stall(90_000);
    await time.pass(30_000);
    expect(await asked).to.be.instanceOf(TokenUnavailableError);
  });

  it('takes what is held, or fails, for who does not wait at all', async () => {
    const hasty = { ...call, maxWaitMs: 0 };
    expect(await rejection(entry.getToken(hasty))).to.be.instanceOf(TokenUnavailableError);
    expect(await entry.getToken(hasty)).to.equal('t1');
    entry.become('hang');
    expect(await entry.getToken(hasty)).to.equal('t1');
  });

  it('gives the same promise while its token is fresh', async () => {
    await entry.getToken(call);
    expect(entry.getToken(call)).to.equal(entry.getToken(call));
  });

  it('renews at half of the life of its token, by the clock, when somebody asks', async () => {
    expect(await entry.getToken(call)).to.equal('t1');
    await time.pass(299_999);
    expect(await entry.getToken(call)).to.equal('t1');
    await time.pass(1);
    expect(entry.status().state).to.equal('due');
    expect(await entry.getToken(call)).to.equal('t2');
    expect(heard.map(([, event]) => (event as { reason: string }).reason)).to.deep.equal(['absent', 'due']);
  });

  it('ends its token by the clock, and tells so once', async () => {
    await entry.getToken(call);
    entry.become(outage());
    await time.pass(590_000);
    expect(entry.peek()).to.equal(undefined);
    expect(entry.peek()).to.equal(undefined);
    expect(names()).to.deep.equal(['refresh', 'failure', 'expire']);
    expect(heard[2]?.[1]).to.deep.include({ target, expiresAt: Date.now() + 10_000 });
    expect(heard[2]?.[1]).to.have.property('lastError').that.is.instanceOf(TokenRequestError);
  });

  it('says of a refresh what is so', async () => {
    entry.become(FakeTokens.read({ scope: 'read' }));
    const at = Date.now();
    expect(heard).to.deep.equal([
      [
        'refresh',
        {
          target,
          reason: 'absent',
          scope: 'read',
          expiresAt: at + 600_000,
          dueAt: at + 300_000,
          durationMs: 0,
          attempts: 1,
          source: 'endpoint',
        },
      ],
    ]);
  });

  it('says of a failure what is so', async () => {
    await entry.getToken(call);
    const error = new TokenResponseError('no JSON');
    entry.become(error);
    const at = Date.now();
    expect(heard[1]).to.deep.equal([
      'failure',
      {
        target,
        reason: 'requested',
        error,
        attempts: 1,
        permanent: false,
        nextAttemptAt: at + 1_000,
        usableUntil: at + 590_000,
      },
    ]);
    entry.expire();
    entry.become(new TokenEndpointError('wait', { httpStatus: 503, permanent: true, retryAfterMs: 7_000 }));
    expect(heard.at(-1)?.[1]).to.include({
      reason: 'expired',
      permanent: true,
      nextAttemptAt: at + 7_000,
      usableUntil: undefined,
    });
  });

  it('serves the token that it holds while renewals fail, and is in trouble for it', async () => {
    await entry.getToken(call);
    entry.become(outage());
    entry.become(outage());
    expect(await entry.getToken(call)).to.equal('t1');
    expect(entry.health()).to.include({
      status: 'warn',
      state: 'fresh',
      consecutiveFailures: 2,
      lastErrorCode: 'ERR_TOKEN_REQUEST',
      nextAttemptAt: Date.now() + 1_000,
      refreshing: false,
    });
    entry.expire();
    expect(entry.health()).to.include({ status: 'fail', state: 'expired' });
    entry.become(tokens);
    expect(entry.health()).to.include({
      status: 'pass',
      state: 'fresh',
      consecutiveFailures: 0,
      lastErrorCode: undefined,
      nextAttemptAt: Date.now() + 300_000,
    });
  });

  it('fails at the first call where renewals failed before it was made', async () => {
    const error = outage();
    const events = new EventEmitter(EVENT_NAMES);
    events.on('failure', (event) => heard.push(['failure', event]));
    const late = new FakeEntry(query, target, events, error);
    expect([names(), late.status().consecutiveFailures]).to.deep.equal([[], 0]);
    late.invalidate('t1');
    expect(await rejection(late.getToken(call))).to.include({ cause: error, retryAt: Date.now() + 1_000 });
    expect([names(), late.status().consecutiveFailures]).to.deep.equal([['failure'], 1]);
  });

  it('fails anew each time that the test says so, be it by the same error', () => {
    const error = outage();
    entry.become(error);
    entry.become(error);
    expect([names(), entry.status().consecutiveFailures]).to.deep.equal([['failure', 'failure'], 2]);
  });

  it('fails anew for whoever asks once it is time for the next attempt, and not before', async () => {
    entry.become(outage());
    for (let count = 1; count <= 3; count += 1) {
      for (const ask of [() => entry.getToken(call), () => entry.refresh(call)])
        expect(await rejection(ask())).to.include({ retryAt: Date.now() + 1_000 });
      expect(names()).to.deep.equal(Array(count).fill('failure'));
      expect(entry.status().consecutiveFailures).to.equal(count);
      await time.pass(999);
      expect(await rejection(entry.getToken(call))).to.include({ retryAt: Date.now() + 1 });
      await time.pass(1);
      await rejection(entry.getToken(call));
    }
  });

  it('tries a due token once a delay, and serves it meanwhile', async () => {
    await entry.getToken(call);
    await time.pass(300_000);
    entry.become(outage());
    for (let count = 1; count <= 3; count += 1) {
      for (const ask of [1, 2]) expect([ask, await entry.getToken(call)]).to.deep.equal([ask, 't1']);
      expect(entry.status().consecutiveFailures).to.equal(count);
      await time.pass(1_000);
    }
  });

  it('names no next attempt that lies in the past, and warns once nobody has asked for a token for its life', async () => {
    const passing = fc.integer({ min: 1, max: 3_600_000 });
    await fc.assert(
      fc.asyncProperty(passing, fc.boolean(), async (ms, isHeld) => {
        const failing = new FakeEntry(query, target, events, tokens);
        if (isHeld) await failing.getToken(call);
        failing.become(outage());
        if (isHeld) failing.expire();
        time.stall(ms);
        const { status, nextAttemptAt = Number.POSITIVE_INFINITY } = failing.health();
        expect(nextAttemptAt).to.be.at.least(Date.now());
        expect(status).to.equal(ms < (isHeld ? 600_000 : 300_000) ? 'fail' : 'warn');
        const { retryAt } = await rejection<TokenUnavailableError>(failing.getToken(call));
        expect(retryAt).to.be.above(Date.now());
      }),
      { numRuns: 50 },
    );
  });

  it('warns once nobody has asked for as long, however far off its next attempt is', async () => {
    const error = new TokenEndpointError('wait', {
      httpStatus: 503,
      permanent: false,
      retryAfterMs: 1_800_000,
    });
    for (const [isHeld, wantedMs] of [
      [false, 300_000],
      [true, 600_000],
    ] as const) {
      const failing = new FakeEntry(query, target, events, tokens);
      if (isHeld) await failing.getToken(call);
      failing.become(error);
      failing.expire();
      time.stall(wantedMs - 1);
      expect(failing.health().status).to.equal('fail');
      time.stall(1);
      expect(failing.health()).to.include({
        status: 'warn',
        nextAttemptAt: Date.now() + 1_800_000 - wantedMs,
      });
    }
  });

  it('is wanted for as long after the last call, although the clock was set back', async () => {
    entry.become(
      new TokenEndpointError('wait', { httpStatus: 503, permanent: false, retryAfterMs: 3_600_000 }),
    );
    time.stepWallClock(-86_400_000);
    expect(entry.health().status).to.equal('fail');
    await time.pass(300_000);
    expect(entry.health().status).to.equal('warn');
  });

  it('is wanted as long as a caller waits', async () => {
    entry.become(outage());
    entry.become('hang');
    time.stall(1_000);
    const waiting = entry.getToken({ ...call, maxWaitMs: 3_600_000 });
    await time.pass(600_000);
    expect(entry.health()).to.include({ status: 'fail', refreshing: true });
    entry.become(tokens);
    expect(await waiting).to.equal('t1');
  });

  it('refuses with a permanent error itself, and with a passing one as cause', async () => {
    const passing = outage();
    entry.become(passing);
    const error = await rejection<TokenUnavailableError>(entry.getToken(call));
    expect(error).to.be.instanceOf(TokenUnavailableError);
    expect(error.message).to.match(/^No token could be had\. Last failure: /);
    expect([error.cause, error.retryAt]).to.deep.equal([passing, Date.now() + 1_000]);
    const permanent = new TokenRequestError('bad certificate', 'CERT_HAS_EXPIRED', true);
    entry.become(permanent);
    expect(await rejection(entry.getToken(call))).to.equal(permanent);
    expect(await rejection(entry.refresh(call))).to.equal(permanent);
  });

  it('is out of trouble while its token is fresh, once the delay after a failure is over', async () => {
    await entry.getToken(call);
    entry.become(outage());
    await time.pass(1_000);
    const status = () => entry.status();
    expect(status()).to.include({ consecutiveFailures: 1, nextAttemptAt: Date.now() + 299_000 });
    await time.pass(299_000);
    expect(status()).to.include({ state: 'due', nextAttemptAt: Date.now() });
  });

  it('renews once for all who ask meanwhile', async () => {
    const asked = [entry.refresh(call), entry.refresh(call), entry.getToken(call), entry.refresh(call)];
    expect([entry.peek(), entry.status().refreshing]).to.deep.equal([undefined, true]);
    const values = (await Promise.all(asked)).map((got) => (typeof got === 'string' ? got : got.value));
    expect([values, names()]).to.deep.equal([Array(4).fill('t1'), ['refresh']]);
  });

  it('renews when it is told to', async () => {
    await entry.getToken(call);
    expect((await entry.refresh(call)).value).to.equal('t2');
    expect(heard[1]?.[1]).to.include({ reason: 'requested' });
  });

  it('has callers wait while renewals hang, whatever ends that', async () => {
    entry.become('hang');
    const asked = entry.getToken(call);
    expect(entry.status()).to.include({ refreshing: true, state: 'absent' });
    entry.become(tokens);
    expect(await asked).to.equal('t1');
    entry.become('hang');
    const renewed = entry.refresh(call);
    entry.become(tokens);
    expect((await renewed).value).to.equal('t2');
    entry.become('hang');
    entry.expire();
    const failed = entry.getToken(call);
    entry.become(outage());
    expect(await rejection(failed)).to.be.instanceOf(TokenUnavailableError);
    entry.become('hang');
    const closed = entry.getToken(call);
    entry.close();
    expect(await rejection(closed)).to.include({ code: 'ERR_PROVIDER_CLOSED' });
    expect(entry.status()).to.include({ state: 'absent', refreshing: false });
  });

  it('serves its token while renewals hang', async () => {
    await entry.getToken(call);
    entry.become('hang');
    await time.pass(300_000);
    expect(await entry.getToken(call)).to.equal('t1');
  });

  it('goes by the signal of who waits', async () => {
    entry.become('hang');
    const own = new AbortController();
    const asked = entry.getToken({ ...call, signal: own.signal });
    own.abort(new Error('enough'));
    expect((await rejection(asked)).message).to.equal('enough');
    expect(() => entry.getToken({ ...call, signal: own.signal })).to.throw('enough');
  });

  it('goes by the signal that a listener aborts while the caller asks', async () => {
    const own = new AbortController();
    events.on('expire', () => own.abort(new Error('enough')));
    await entry.getToken(call);
    entry.become('hang');
    time.stall(600_000);
    expect((await rejection(entry.getToken({ ...call, signal: own.signal }))).message).to.equal('enough');
  });

  it('goes on renewing when nobody waits any more', async () => {
    entry.become('hang');
    const own = new AbortController();
    const asked = entry.getToken({ ...call, signal: own.signal });
    own.abort(new Error('enough'));
    await rejection(asked);
    expect(entry.status().refreshing).to.equal(true);
    entry.become(tokens);
    expect(entry.status()).to.include({ refreshing: false, state: 'fresh' });
  });

  for (const how of ['on', 'once'] as const) {
    it(`serves who asked before a listener closes it (${how})`, async () => {
      events[how]('refresh', () => entry.close());
      expect(await entry.getToken(call)).to.equal('t1');
      expect([names(), entry.peek(), entry.status().state]).to.deep.equal([['refresh'], undefined, 'absent']);
    });

    it(`serves who asked for a due token when a listener closes it (${how})`, async () => {
      await entry.getToken(call);
      await time.pass(300_000);
      events[how]('refresh', () => entry.close());
      expect(await entry.getToken(call)).to.equal('t2');
      expect([names().length, entry.peek()]).to.deep.equal([2, undefined]);
    });
  }

  it('refuses who asks while a listener of its end closes it', async () => {
    await entry.getToken(call);
    events.on('expire', () => entry.close());
    await time.pass(600_000);
    expect(await rejection(entry.getToken(call))).to.include({ code: 'ERR_PROVIDER_CLOSED' });
  });

  it('is closed for good', async () => {
    await entry.getToken(call);
    const waiting = entry.refresh(call);
    entry.close();
    expect(await rejection(waiting)).to.include({ code: 'ERR_PROVIDER_CLOSED' });
    heard.length = 0;
    for (const outcome of [tokens, outage(), 'hang', tokens] as const) {
      entry.become(outcome);
      entry.expire();
      entry.invalidate('t1');
      expect(await rejection(entry.getToken(call))).to.include({ code: 'ERR_PROVIDER_CLOSED' });
      expect(await rejection(entry.refresh(call))).to.include({ code: 'ERR_PROVIDER_CLOSED' });
      const status = { state: 'absent', refreshing: false, nextAttemptAt: undefined };
      expect([entry.peek(), entry.status()]).to.deep.equal([undefined, { ...entry.status(), ...status }]);
    }
    expect(heard).to.deep.equal([]);
  });

  it('fails no more once it is closed', () => {
    entry.become(outage());
    entry.close();
    expect(entry.health()).to.include({
      status: 'warn',
      consecutiveFailures: 1,
      lastErrorCode: 'ERR_TOKEN_REQUEST',
      nextAttemptAt: undefined,
    });
  });

  it('gets a token that lives longer where one can be had', async () => {
    await entry.getToken(call);
    await time.pass(200_000);
    expect(await entry.getToken({ ...call, minValidityMs: 390_000 })).to.equal('t1');
    expect(await entry.getToken({ ...call, minValidityMs: 390_001 })).to.equal('t2');
    expect(heard[1]?.[1]).to.include({ reason: 'min-validity' });
    const error = await rejection(entry.getToken({ ...call, minValidityMs: 600_000 }));
    expect(error.message).to.match(/^minValidityMs 600000 is more than the last new token could give/);
    expect(names()).to.deep.equal(['refresh', 'refresh']);
    await time.pass(200_000);
    entry.become(outage());
    expect(await rejection(entry.getToken({ ...call, minValidityMs: 400_000 }))).to.include({
      code: 'ERR_TOKEN_UNAVAILABLE',
    });
    entry.become(FakeTokens.read({ expiresInMs: 1_000 }));
    await time.pass(600);
    const short = await rejection(entry.getToken({ ...call, minValidityMs: 5_000 }));
    expect(short.message).to.match(/^minValidityMs 5000 is more/);
  });

  it('replaces a token that an API rejects at once', async () => {
    await entry.getToken(call);
    entry.invalidate('another');
    expect(names()).to.deep.equal(['refresh']);
    await time.pass(1_000);
    entry.invalidate('t1');
    expect([names(), entry.status().refreshing]).to.deep.equal([['refresh', 'reject'], true]);
    await time.settle();
    expect(names()).to.deep.equal(['refresh', 'reject', 'refresh']);
    expect(heard[1]?.[1]).to.deep.equal({
      target,
      issuedAt: Date.now() - 1_000,
      nextAttemptAt: Date.now(),
    });
    expect(heard[2]?.[1]).to.include({ reason: 'rejected' });
    expect(await entry.getToken(call)).to.equal('t2');
  });

  it('replaces tokens that an API rejects one after the other no faster than the real one', async () => {
    const given: string[] = [];
    const reject = async () => {
      given.push(await entry.getToken(call));
      entry.invalidate(given.at(-1) ?? '');
    };
    for (let count = 0; count < 5; count += 1) await reject();
    expect(given).to.deep.equal(['t1', 't2', 't2', 't2', 't2']);
    expect(entry.health()).to.include({ status: 'warn', state: 'fresh', nextAttemptAt: Date.now() + 5_000 });
    await time.pass(4_999);
    expect(await entry.getToken(call)).to.equal('t2');
    await time.pass(1);
    await reject();
    expect(heard.at(-1)?.[1]).to.include({ nextAttemptAt: Date.now() + 10_000 });
    await time.pass(9_999);
    expect(await entry.getToken(call)).to.equal('t3');
    await time.pass(1);
    expect(await entry.getToken(call)).to.equal('t4');
    expect(names().filter((name) => name === 'reject')).to.have.length(3);
  });

  it('is not driven round by a listener that rejects each new token', async () => {
    events.on('refresh', () => entry.invalidate(entry.peek()?.value ?? ''));
    expect(await entry.getToken(call)).to.equal('t1');
    await time.settle();
    expect(names()).to.deep.equal(['refresh', 'reject', 'refresh', 'reject']);
    expect(entry.health()).to.include({ status: 'warn', state: 'fresh' });
  });

  it('goes on serving a rejected token while renewals fail', async () => {
    await entry.getToken(call);
    entry.become(outage());
    entry.invalidate('t1');
    expect(entry.status()).to.include({ state: 'fresh', nextAttemptAt: Date.now() + 1_000 });
    entry.invalidate('t1');
    expect(names()).to.deep.equal(['refresh', 'failure', 'reject']);
    expect(heard[2]?.[1]).to.include({ nextAttemptAt: Date.now() + 1_000 });
    expect(await entry.getToken(call)).to.equal('t1');
    expect(entry.health().status).to.equal('warn');
    entry.become(tokens);
    expect(await entry.getToken(call)).to.equal('t2');
    expect(heard.at(-1)?.[1]).to.include({ reason: 'rejected' });
    expect(entry.health().status).to.equal('pass');
  });

  it('has no token once it is rejected, while renewals hang', async () => {
    await entry.getToken(call);
    entry.become('hang');
    entry.invalidate('t1');
    expect([entry.peek(), entry.status().state]).to.deep.equal([undefined, 'rejected']);
  });

  it('has nothing to end where no token is held', () => {
    entry.expire();
    expect([names(), entry.status().state]).to.deep.equal([[], 'absent']);
  });
});
