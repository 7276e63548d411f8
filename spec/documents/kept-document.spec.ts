import { expect } from 'chai';
import sinon from 'sinon';
import { KeptDocument } from '../../lib/documents/kept-document.js';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { now } from '../../lib/ground/clock.js';
import { ProviderClosedError, TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { RetryBudget } from '../../lib/renewal/retry-budget.js';
import { rejection } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

const HOUR_MS = 3_600_000;
const down = () => new TokenRequestError('The server is down.', 'ECONNREFUSED');
const gone = () => new TokenRequestError('The certificate is bad.', 'CERT_HAS_EXPIRED', true);

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('KeptDocument', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  /** Editions are numbers: how often it was asked for. */
  function keep({ maxStaleMs = 24 * HOUR_MS, retries = 5 } = {}) {
    const server = { asked: 0, failure: undefined as (() => Error) | undefined, hangs: false };
    const onStep = sinon.spy();
    const document = new KeptDocument<number>({
      name: 'document',
      fetch: async (signal) => {
        server.asked += 1;
        if (server.hangs) await untilAborted(signal);
        if (server.failure) throw server.failure();
        return { content: server.asked, sentAt: now(), lifetimeMs: HOUR_MS };
      },
      retry: { retries, minDelayMs: 1_000, maxDelayMs: 30_000 },
      budget: new RetryBudget(),
      maxStaleMs,
      aborts: new AbortWatch(),
      onStep,
    });
    const get = (maxWaitMs = 5_000, signal?: AbortSignal) =>
      document.get({ maxWaitMs, signal }).then(({ content }) => content);
    return { server, document, get, onStep };
  }

  it('is asked for once, however many wait', async () => {
    const { server, get, document } = keep();
    expect(document.usable()).to.equal(undefined);
    expect(await Promise.all(Array.from({ length: 50 }, () => get()))).to.deep.equal(Array(50).fill(1));
    expect([server.asked, document.usable()?.content, await get()]).to.deep.equal([1, 1, 1]);
  });

  it('is renewed ahead of its end while somebody asks for it, and not for longer', async () => {
    const { server, get, document } = keep();
    await get();
    await time.pass(HOUR_MS);
    expect(server.asked).to.equal(2);
    // Nobody has asked since: after a whole lifetime it is left alone.
    await time.pass(10 * HOUR_MS);
    expect(server.asked).to.be.within(2, 3);
    const before = server.asked;
    expect(document.usable()?.content).to.equal(before);
    await time.settle();
    expect(server.asked).to.equal(before + 1);
  });

  it('stays in use while no newer one can be had, and is asked for as renewals are paced', async () => {
    const { server, get, document } = keep();
    await get();
    server.failure = down;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      await time.pass(60_000);
      expect(document.usable()?.content).to.equal(1);
    }
    // From its due time on, one attempt in 9 to 30 s.
    expect(server.asked).to.be.within((23 * 3_600) / 30, (24 * 3_600) / 9);
    server.failure = undefined;
    await time.pass(60_000);
    expect(document.usable()?.content).to.equal(server.asked);
    expect(document.renewal.failuresInARow).to.equal(0);
  });

  it('has an end: then callers wait, or hear why there is none', async () => {
    const { server, get, document, onStep } = keep({ maxStaleMs: HOUR_MS });
    await get();
    server.failure = down;
    await time.pass(2 * HOUR_MS);
    expect(document.usable()).to.equal(undefined);
    expect(onStep.args.map(([step]) => step.is)).to.include('expired');
    const waiting = rejection(get(2_000));
    await time.pass(2_000);
    expect(await waiting).to.be.instanceOf(TokenRequestError);
    const patient = get(30_000);
    server.failure = undefined;
    await time.pass(30_000);
    expect(await patient).to.equal(server.asked);
  });

  it('fails callers at once while a failure is remembered that waiting does not mend', async () => {
    const { server, get } = keep();
    server.failure = gone;
    expect(await rejection(get())).to.include({ reason: 'CERT_HAS_EXPIRED' });
    expect(await rejection(get())).to.include({ reason: 'CERT_HAS_EXPIRED' });
    expect(server.asked).to.equal(1);
  });

  it('fails who cannot stay until the next attempt', async () => {
    const { server, get } = keep();
    server.failure = down;
    const impatient = rejection(get(100));
    const patient = get(60_000);
    await time.pass(50);
    expect(await impatient).to.include({ reason: 'ECONNREFUSED' });
    server.failure = undefined;
    await time.pass(60_000);
    expect(await patient).to.equal(2);
  });

  it('lets one caller go without the others', async () => {
    const { server, get } = keep();
    server.hangs = true;
    const abort = new AbortController();
    const leaving = rejection(get(5_000, abort.signal));
    const staying = rejection(get(5_000));
    await time.settle();
    abort.abort(new Error('enough'));
    expect(await leaving).to.have.property('message', 'enough');
    expect(await rejection(get(5_000, abort.signal))).to.have.property('message', 'enough');
    await time.pass(5_000);
    expect((await staying).message).to.contain('No document within 5000 ms');
    expect(server.asked).to.equal(1);
  });

  it('is asked for anew on demand, together with whoever demands it meanwhile', async () => {
    const { server, get, document } = keep();
    await get();
    const patience = { maxWaitMs: 5_000, signal: undefined };
    const [one, other] = await Promise.all([
      document.next('requested', patience),
      document.next('requested', patience),
    ]);
    expect([one.content, other.content, server.asked]).to.deep.equal([2, 2, 2]);
  });

  it('is over when it is closed: no timer, and nobody waits', async () => {
    const { server, get, document } = keep();
    await get();
    server.hangs = true;
    const waiting = rejection(document.next('requested', { maxWaitMs: 5_000, signal: undefined }));
    await time.settle();
    await document.close(new ProviderClosedError());
    expect(await waiting).to.be.instanceOf(ProviderClosedError);
    expect(time.armed).to.equal(0);
  });

  it('is asked for once more when it is doubted, and that once in five minutes', async () => {
    const { server, get, document } = keep();
    await get();
    for (let count = 0; count < 5; count += 1) document.doubt();
    await time.settle();
    expect([server.asked, document.usable()?.content]).to.deep.equal([2, 2]);
    await time.pass(299_999);
    document.doubt();
    await time.settle();
    expect(server.asked).to.equal(2);
    await time.pass(1);
    document.doubt();
    await time.settle();
    expect(server.asked).to.equal(3);
  });

  it('is doubted for nothing while it cannot be asked for', async () => {
    const { server, get, document } = keep({ retries: 0 });
    await get();
    server.failure = down;
    document.next('requested', { maxWaitMs: 1, signal: undefined }).catch(() => undefined);
    await time.settle();
    document.doubt();
    server.failure = undefined;
    await time.pass(1_000);
    expect(server.asked).to.equal(2);
    document.doubt();
    await time.settle();
    expect(server.asked).to.equal(3);
  });

  it('hears at once what went wrong, where the next attempt comes later than can be waited for', async () => {
    const { server, get } = keep({ retries: 0 });
    server.failure = () =>
      new TokenEndpointError('busy', { httpStatus: 503, permanent: false, retryAfterMs: 60_000 });
    expect(await rejection(get())).to.include({ httpStatus: 503 });
    // No time passes.
    expect(await rejection(get(1_000))).to.include({ httpStatus: 503 });
    expect(server.asked).to.equal(1);
  });

  it('is left alone when nobody asks, though the clock was set back since somebody did', async () => {
    const { server, get } = keep();
    await get();
    time.stepWallClock(-48 * HOUR_MS);
    await time.pass(10 * HOUR_MS);
    expect(server.asked).to.be.at.most(3);
  });

  it('is in no hurry for another edition while it has one', async () => {
    const { server, get, document } = keep({ retries: 0 });
    await get();
    server.failure = down;
    for (let second = 0; second < 600; second += 1) {
      document.next('requested', { maxWaitMs: 1, signal: undefined }).catch(() => undefined);
      await time.pass(1_000);
    }
    // Delays grow to 30 s, of which 0.3 are waited at least.
    expect(server.asked).to.be.below(80);
  });

  it('rests until it is asked for', async () => {
    const { server, get, document } = keep();
    await get();
    document.rest();
    expect(time.armed).to.equal(0);
    await time.pass(HOUR_MS);
    expect(server.asked).to.equal(1);
    expect(document.usable()?.content).to.equal(1);
    await time.settle();
    expect([server.asked, time.armed]).to.deep.equal([2, 0]);
  });

  for (const stepMs of [-48, -1, 1, 48].map((hours) => hours * HOUR_MS)) {
    it(`is renewed, and never without an edition, when the wall clock is set by ${stepMs / HOUR_MS} h`, async () => {
      const { server, get } = keep();
      await get();
      time.stepWallClock(stepMs);
      for (let count = 0; count < 240; count += 1) {
        await time.pass(60_000);
        const got = get();
        await time.settle();
        expect(await got).to.be.at.most(server.asked);
      }
      expect(server.asked).to.be.within(4, 12);
    });
  }
});
