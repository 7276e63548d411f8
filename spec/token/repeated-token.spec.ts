import { expect } from 'chai';
import fc from 'fast-check';
import { now } from '../../lib/ground/clock.js';
import { HeldToken } from '../../lib/token/held-token.js';
import { repeatedToken as repeat } from '../../lib/token/repeated-token.js';
import { scheduleToken } from '../../lib/token/token-schedule.js';
import { jwt } from '../support/jwt.js';
import { tokenFacts } from '../support/tokens.js';
import { VirtualTime } from '../support/virtual-time.js';

const TUNING = { aheadMs: 1_200_000, fraction: 0.5 };

describe('repeatedToken', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  /** A token asked for at this moment; without a lifetime it is kept for 300 s. */
  const ask = (
    lifetimeMs: number | undefined,
    { value = 'a', source = 'endpoint' }: { value?: string; source?: 'endpoint' | 'store' } = {},
  ) => {
    const facts = tokenFacts(value, lifetimeMs ?? 300_000, lifetimeMs === undefined);
    return new HeldToken(
      facts,
      scheduleToken(facts.lifetimeMs, TUNING, () => 0),
      source,
    );
  };

  const repeatedToken = (held: HeldToken, again: HeldToken, lifetimeMs = held.lifetimeMs) =>
    repeat({ held, lifetimeMs }, again, now());

  const table: [string, number | undefined, number, number | undefined, number, boolean][] = [
    // what is so, first lifetime, age, lifetime said again, what is left, whether it is served to its end
    ['the rest of its life', 300_000, 150_000, 150_000, 150_000, true],
    ['rounded down', 300_000, 150_500, 149_000, 149_500, true],
    ['rounded up', 300_000, 150_500, 150_000, 149_500, true],
    ['earlier by a second', 300_000, 150_000, 149_000, 150_000, true],
    ['earlier by more', 300_000, 150_000, 148_999, 148_999, true],
    ['later by a second', 300_000, 150_000, 151_000, 150_000, true],
    ['later by more', 300_000, 150_000, 151_001, 151_001, true],
    ['much earlier', 300_000, 150_000, 10_000, 10_000, true],
    ['nothing', 300_000, 150_000, 0, 0, true],
    ['nothing, just at its end', 300_000, 300_000, 0, 0, true],
    ['a second, just at its end', 300_000, 300_000, 1_000, 0, true],
    ['more than a second, at its end', 300_000, 300_000, 1_500, 1_500, true],
    ['some time, long after its end', 300_000, 400_000, 20_000, 20_000, true],
    ['a second, long after its end', 300_000, 400_000, 1_000, 1_000, true],
    ['nearly its whole life anew', 300_000, 150_000, 298_999, 298_999, true],
    ['its whole life anew', 300_000, 150_000, 299_000, 299_000, false],
    ['a longer life than before', 300_000, 150_000, 900_000, 900_000, false],
    ['its whole life anew, after its end', 300_000, 400_000, 300_000, 300_000, false],
    ['the rest of a short life, rounded up', 2_000, 500, 2_000, 1_500, true],
    ['no lifetime again', undefined, 150_000, undefined, 300_000, false],
    ['no lifetime again, after a guessed end', undefined, 400_000, undefined, 300_000, false],
    ['a lifetime for the first time', undefined, 150_000, 20_000, 20_000, true],
    ['no lifetime any more', 600_000, 150_000, undefined, 450_000, true],
    ['no lifetime any more, just at its end', 600_000, 600_999, undefined, -999, true],
    ['no lifetime any more, after its end', 600_000, 601_000, undefined, 300_000, false],
  ];
  for (const [what, firstMs, ageMs, againMs, leftMs, isToItsEnd] of table) {
    it(`leaves ${leftMs} ms where the server says, ${ageMs} of ${firstMs} ms later: ${what}`, async () => {
      const last = ask(firstMs);
      await time.pass(ageMs);
      const again = ask(againMs);
      const repeated = repeatedToken(last, again);
      expect(repeated.remainingMs(now())).to.equal(leftMs);
      expect(repeated.isServedToItsEnd).to.equal(isToItsEnd);
      expect(repeated.facts.sentAt).to.equal(again.facts.sentAt);
      if (isToItsEnd) expect(repeated.usableMs(now())).to.equal(leftMs);
      else expect(repeated).to.equal(again);
    });
  }

  it('knows a whole life from the rest of one, also where the rest is all that was left at the last look', async () => {
    const rest = repeatedToken(ask(300_000), ask(100_000));
    await time.pass(50_000);
    expect(repeatedToken(rest, ask(100_000), 300_000).isServedToItsEnd).to.equal(true);
    expect(repeatedToken(rest, ask(299_000), 300_000).isServedToItsEnd).to.equal(false);
    expect(repeatedToken(rest, ask(100_000)).isServedToItsEnd).to.equal(false);
  });

  it('does not move the end of a JWT, whatever its server says later', async () => {
    const value = jwt({ exp: 1_000 });
    const last = ask(300_000, { value });
    await time.pass(150_000);
    expect(repeatedToken(last, ask(300_000, { value })).remainingMs(now())).to.equal(150_000);
    expect(repeatedToken(last, ask(100_000, { value })).remainingMs(now())).to.equal(100_000);
    await time.pass(150_000);
    expect(repeatedToken(last, ask(300_000, { value })).remainingMs(now())).to.equal(0);
    const endless = jwt({ sub: 'acme' });
    const other = ask(300_000, { value: endless });
    await time.pass(150_000);
    expect(repeatedToken(other, ask(300_000, { value: endless })).remainingMs(now())).to.equal(300_000);
  });

  it('takes no slow answer for an earlier end, unless it is the answer to another process', async () => {
    const last = ask(300_000);
    await time.pass(150_000);
    const [slow, stored] = [ask(144_000), ask(144_000, { source: 'store' })];
    await time.pass(5_000);
    expect(repeatedToken(last, slow).remainingMs(now())).to.equal(145_000);
    expect(repeatedToken(last, stored).remainingMs(now())).to.equal(139_000);
    await time.pass(1);
    expect(repeatedToken(last, ask(138_998)).remainingMs(now())).to.equal(144_999 - 6_001);
  });

  it('says the same again of what it has given', () => {
    const ms = fc.integer({ min: 0, max: 600_000 });
    fc.assert(
      fc.property(
        ms,
        ms,
        fc.nat(600_000),
        fc.boolean(),
        fc.boolean(),
        (firstMs, againMs, ageMs, one, other) => {
          const last = ask(one ? firstMs : undefined);
          time.stepWallClock(ageMs);
          const once = repeatedToken(last, ask(other ? againMs : undefined));
          const twice = repeatedToken(last, once);
          expect([twice.remainingMs(now()), twice.isServedToItsEnd]).to.deep.equal([
            once.remainingMs(now()),
            once.isServedToItsEnd,
          ]);
        },
      ),
    );
  });
});
