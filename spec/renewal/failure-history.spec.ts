import { expect } from 'chai';
import sinon from 'sinon';
import { type TokenAttemptError, TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { FailureHistory } from '../../lib/renewal/failure-history.js';
import { settings } from '../support/settings.js';
import { VirtualTime } from '../support/virtual-time.js';

const passing = new TokenRequestError('reset', 'ECONNRESET');
const permanent = new TokenRequestError('untrusted', 'CERT_UNTRUSTED', true);
const answer = (httpStatus: number, error?: string) =>
  new TokenEndpointError('no', { httpStatus, error, permanent: true });
const refused = answer(401, 'invalid_client');
const doubtful = answer(404);

describe('FailureHistory', () => {
  beforeEach(() => {
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => sinon.restore());

  it('doubles the delay with each passing failure in a row', () => {
    const failures = new FailureHistory(settings());
    expect([1, 2, 3].map(() => failures.add(passing, 0))).to.deep.equal([300, 600, 1_200]);
    expect(failures).to.include({ count: 3, lastError: passing });
  });

  it('counts each kind of failure by itself', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 60_000);
    failures.add(passing, 60_000);
    expect(failures.add(permanent, 600_000)).to.equal(15_000);
    expect(failures.add(permanent, 600_000)).to.equal(30_000);
    expect(failures.add(refused, 600_000)).to.equal(15_000);
    expect(failures.add(refused, 600_000)).to.equal(30_000);
    expect(failures.add(passing, 60_000)).to.equal(1_200);
    expect(failures.count).to.equal(7);
  });

  it('begins anew after a success', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 0);
    failures.add(permanent, 0);
    failures.clear();
    expect(failures).to.include({ count: 0, lastError: undefined });
    expect(failures.add(passing, 0)).to.equal(300);
  });

  it('draws the last delay anew for a time without a token', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 600_000);
    failures.add(passing, 600_000);
    expect(failures.delayWithoutToken(0)).to.equal(600);
    failures.add(permanent, 600_000);
    expect(failures.delayWithoutToken(0)).to.equal(500);
    failures.add(refused, 600_000);
    expect(failures.delayWithoutToken(0)).to.equal(5_000);
  });

  it('remembers no permanent failure without a token that is older than 5 s, and none for longer than it was drawn', () => {
    for (const [error, table] of [
      [refused, { 0: 5_000, 4000: 1_000, 4999: 1, 5000: 0, 90000: 0 }],
      [permanent, { 0: 500, 400: 100, 500: 0, 4999: 0, 5000: 0 }],
      [answer(401), { 0: 5_000, 5000: 0 }],
      [answer(400, 'invalid_scope'), { 0: 500, 5000: 0 }],
    ] as const) {
      const failures = new FailureHistory(settings());
      failures.add(error, 600_000);
      for (const [ageMs, delayMs] of Object.entries(table))
        expect([ageMs, failures.delayWithoutToken(Number(ageMs))]).to.deep.equal([ageMs, delayMs]);
    }
    const busy = { httpStatus: 400, permanent: true, retryAfterMs: 60_000 };
    const failures = new FailureHistory(settings());
    failures.add(new TokenEndpointError('busy', busy), 600_000);
    expect([0, 400, 5_000, 90_000].map((ageMs) => failures.delayWithoutToken(ageMs))).to.deep.equal([
      60_500, 60_100, 55_500, 0,
    ]);
  });

  it('has nothing to delay before anything failed', () => {
    const failures = new FailureHistory(settings());
    expect([failures.delayWithoutToken(0), failures.delayAgain(0), failures.isFinal]).to.deep.equal([
      0,
      0,
      false,
    ]);
  });

  it('keeps what is left of the time the server asked for', () => {
    const failures = new FailureHistory(settings());
    const busy = { httpStatus: 503, permanent: false, retryAfterMs: 60_000 };
    failures.add(new TokenEndpointError('busy', busy), 600_000);
    expect([0, 59_999, 60_000, 90_000].map((ageMs) => failures.delayWithoutToken(ageMs))).to.deep.equal([
      60_300, 301, 300, 300,
    ]);
  });

  it('draws another delay of the same kind where no attempt was made, and counts no failure', () => {
    const failures = new FailureHistory(settings());
    failures.add(passing, 0);
    failures.add(passing, 0);
    expect([1, 2, 3].map(() => failures.delayAgain(0))).to.deep.equal([600, 600, 600]);
    expect(failures.delayAgain(6_000)).to.equal(300);
    expect([failures.count, failures.add(passing, 0)]).to.deep.equal([2, 1_200]);
    failures.add(permanent, 600_000);
    expect([failures.delayAgain(600_000), failures.delayAgain(0)]).to.deep.equal([15_000, 500]);
    failures.add(refused, 600_000);
    expect([failures.delayAgain(600_000), failures.delayAgain(0)]).to.deep.equal([15_000, 5_000]);
  });

  it('does not draw anew the time that the server asked for, which is over by then', () => {
    const failures = new FailureHistory(settings());
    const busy = { httpStatus: 503, permanent: false, retryAfterMs: 60_000 };
    expect(failures.add(new TokenEndpointError('busy', busy), 0)).to.equal(60_300);
    expect(failures.delayAgain(0)).to.equal(300);
  });

  const later = (retryAfterMs: number | undefined) =>
    new TokenEndpointError('busy', { httpStatus: 503, permanent: false, retryAfterMs });
  const kinds: [string, TokenAttemptError, number, number, boolean, boolean][] = [
    // what failed, with how much of a token left, the delay, whether it is final, whether an earlier attempt may be made
    ['what passes', passing, 0, 300, false, true],
    ['what passes, with a token', passing, 600_000, 300, false, true],
    ['a server that names no time', later(undefined), 0, 300, false, true],
    ['a server that names no time, by 0', later(0), 0, 300, false, true],
    ['a server that names a time', later(1), 0, 301, false, false],
    ['a client refused by its word', refused, 0, 5_000, true, false],
    ['a client refused by a bare 401', answer(401), 0, 5_000, true, false],
    ['a client refused by a bare 403', answer(403), 0, 5_000, true, false],
    ['a client refused, with a token', refused, 600_000, 15_000, true, false],
    ['another word', answer(400, 'invalid_scope'), 0, 500, true, false],
    ['another status', answer(410), 0, 500, true, false],
    ['TLS', permanent, 0, 500, true, false],
    ['TLS, with a token', permanent, 600_000, 15_000, true, false],
    ['a 404', doubtful, 0, 500, false, true],
    ['a 405', answer(405), 0, 500, false, true],
    ['a 404 in words of OAuth', answer(404, 'invalid_target'), 0, 500, true, false],
    ['an unknown host', new TokenRequestError('who', 'ENOTFOUND', true), 0, 500, false, true],
    ['a 404, with a token: the address is right', doubtful, 600_000, 300, false, true],
  ];
  for (const [what, error, usableMs, delayMs, isFinal, maySooner] of kinds) {
    it(`waits ${delayMs} ms after ${what}, which is ${isFinal ? '' : 'not '}final`, () => {
      const failures = new FailureHistory(settings());
      expect(failures.add(error, usableMs)).to.equal(delayMs);
      expect([failures.isFinal, failures.mayRetrySooner]).to.deep.equal([isFinal, maySooner]);
    });
  }

  describe('of an address that may be wrong', () => {
    let time: VirtualTime;
    beforeEach(() => {
      time = new VirtualTime();
    });
    afterEach(() => time.restore());

    it('gives it 3 s, to the millisecond', async () => {
      const failures = new FailureHistory(settings());
      const seen = async (passMs: number) => {
        await time.pass(passMs);
        return [failures.add(doubtful, 0), failures.isFinal];
      };
      expect(await seen(0)).to.deep.equal([500, false]);
      expect(await seen(2_000)).to.deep.equal([500, false]);
      expect(await seen(700)).to.deep.equal([300, false]);
      expect(await seen(299)).to.deep.equal([1, false]);
      expect(await seen(1)).to.deep.equal([500, true]);
      expect(await seen(60_000)).to.deep.equal([1_000, true]);
    });

    it('counts them from the first such answer in a row', async () => {
      const failures = new FailureHistory(settings());
      failures.add(passing, 0);
      await time.pass(10_000);
      failures.add(doubtful, 0);
      expect(failures.isFinal).to.equal(false);
      await time.pass(2_000);
      failures.add(passing, 0);
      await time.pass(2_000);
      failures.add(doubtful, 0);
      expect(failures.isFinal).to.equal(false);
      await time.pass(3_000);
      failures.add(doubtful, 0);
      expect(failures.isFinal).to.equal(true);
      failures.clear();
      failures.add(doubtful, 0);
      expect(failures.isFinal).to.equal(false);
    });
  });
});
