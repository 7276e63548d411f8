import { expect } from 'chai';
import { checkClock } from '../../../../lib/cli/doctor/checks/check-clock.js';

const NOW = Date.UTC(2030, 0, 1);
const look = (aheadMs: number, headers: Record<string, string | undefined> = {}, tookMs = 0) => {
  const all: Record<string, string | undefined> = { date: new Date(NOW - aheadMs).toUTCString(), ...headers };
  const answer = { status: 405, body: '', header: (name: string) => all[name] };
  return checkClock({
    answer,
    failure: undefined,
    proxy: undefined,
    tls: undefined,
    answeredAt: NOW,
    tookMs,
  });
};

const TABLE: readonly [aheadMs: number, status: string][] = [
  [0, 'ok'],
  [10_000, 'ok'],
  [-10_000, 'ok'],
  [11_000, 'warn'],
  [-11_000, 'warn'],
  [60_000, 'warn'],
  [61_000, 'fail'],
  [-61_000, 'fail'],
];

describe('the check of the clock', () => {
  for (const [aheadMs, status] of TABLE) {
    it(`is ${status} ${aheadMs} ms ahead of the server`, () =>
      expect(look(aheadMs)).to.include({ check: 'clock', status }));
  }

  it('tells which clock is ahead, and what to do', () => {
    expect(look(3_600_000).seen).to.equal('The clock of this machine is 1 h ahead of that of the server.');
    expect(look(-120_000).seen).to.equal('The clock of this machine is 2 min behind that of the server.');
    expect(look(-120_000).mend).to.match(/^Set the clock of this machine/);
  });

  it('allows for the time of the request, and for caches', () => {
    expect(look(70_000, {}, 120_000).status).to.equal('ok');
    expect(look(3_600_000, { age: '3595' }).status).to.equal('ok');
  });

  it('says that there is no time to compare with', () => {
    expect(look(0, { date: undefined }).status).to.equal('skip');
    expect(look(0, { date: 'soon' }).status).to.equal('skip');
  });
});
