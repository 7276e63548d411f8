import { expect } from 'chai';
import fc from 'fast-check';
import { SealingKeys } from '../../lib/stores/sealing-keys.js';
import { readRecord, writeRecord } from '../../lib/stores/token-record.js';
import { KeySeal, NoSeal, RecordFault } from '../../lib/stores/token-seal.js';
import { rejection } from '../support/rejection.js';
import { storedToken } from '../support/stored-token.js';

const STORED_AT = 1_800_000_000_000;
const about = 'm2m:token of acme';

describe('the record of a token', () => {
  const seal = new KeySeal(new SealingKeys({ k1: Buffer.alloc(32, 1) }));
  const write = (remainingMs = 500_000) =>
    writeRecord(storedToken('t', { remainingMs }), { about, nowMs: STORED_AT }, seal);
  const read = (record: string, afterMs: number, leftMs = 1e12) =>
    readRecord(record, { about, nowMs: STORED_AT + afterMs, leftMs }, seal);
  const faultOf = async (reading: Promise<unknown>) => {
    const error = await rejection(reading);
    expect(error).to.be.an.instanceOf(RecordFault);
    return error.message;
  };

  it('gives the token back, with what is left of its life by the clock of the store', async () => {
    const record = await write();
    expect(await read(record, 0)).to.deep.equal(storedToken('t'));
    expect(await read(record, 100.5)).to.deep.equal(storedToken('t', { remainingMs: 499_899.5 }));
  });

  for (const [what, afterMs, leftMs, outcome] of [
    ['a moment before its end', 499_999, 1e12, 1],
    ['at its end', 500_000, 1e12, 'has expired'],
    ['after its end, kept for longer all the same', 500_001, 1e12, 'has expired'],
    ['kept for less than its life', 0, 7, 7],
    ['at its end, and about to be dropped', 500_000, 1_000, undefined],
    ['after its end, and about to be dropped', 510_000, 3, undefined],
    ['after its end, and kept for longer by a millisecond', 500_000, 1_001, 'has expired'],
    ['at the end of its keeping', 0, 0, undefined],
    ['kept for ever', 0, -1, 'has no end in Redis'],
    ['kept for nobody knows how long', 0, Number.NaN, 'has no end in Redis'],
    ['a moment before it was stored', -1, 1e12, 'was stored later than it is now, by the clock of Redis'],
    ['at a time that is none', Number.NaN, 1e12, 'has expired'],
  ] as const) {
    it(`is read ${what}: ${outcome}`, async () => {
      const reading = read(await write(), afterMs, leftMs);
      if (typeof outcome !== 'string') expect((await reading)?.remainingMs).to.equal(outcome);
      else expect(await faultOf(reading)).to.equal(outcome);
    });
  }

  it('is never good for longer than when it was stored, whatever is said of its keeping', async () => {
    const ms = fc.integer({ min: -1_000, max: 2_000 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000 }), ms, ms, async (lifeMs, afterMs, leftMs) => {
        const record = await write(lifeMs);
        const token = await read(record, afterMs, leftMs).catch(() => undefined);
        const trueMs = lifeMs - afterMs;
        const isGood = afterMs >= 0 && trueMs > 0 && leftMs > 0;
        expect(token?.remainingMs).to.equal(isGood ? Math.min(trueMs, leftMs) : undefined);
      }),
    );
  });

  it('opens for nothing else than what it is about', async () => {
    const record = await write();
    const elsewhere = readRecord(record, { about: 'other', nowMs: STORED_AT, leftMs: 1e12 }, seal);
    expect(await faultOf(elsewhere)).to.contain('does not open');
  });

  it('is at fault where there is something else in it, and quotes nothing of that', async () => {
    const open = new NoSeal();
    for (const text of ['sesame', '"sesame"', '{"value":"sesame"}', 'null', '[1]', '']) {
      const record = await open.seal(text, about);
      const fault = await faultOf(readRecord(record, { about, nowMs: STORED_AT, leftMs: 1 }, open));
      expect(fault).to.match(/^(is not what this version writes|has expired)$/);
    }
  });
});
