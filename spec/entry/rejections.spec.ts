import { expect } from 'chai';
import { Rejections } from '../../lib/entry/rejections.js';

const at = (ms: number) => ({ wall: ms, steady: ms });

describe('Rejections', () => {
  it('allows the first renewal at once, and the next after 5 s', () => {
    const rejections = new Rejections();
    expect(rejections.note(1, at(0))).to.equal(0);
    rejections.noteForced(at(0));
    expect(rejections.note(200, at(200))).to.equal(4_800);
  });

  it('widens to 60 s while new tokens are rejected within 30 s of their issue', () => {
    const rejections = new Rejections();
    let now = 0;
    const waits: number[] = [];
    rejections.noteForced(at(now));
    for (let count = 0; count < 7; count += 1) {
      const waitMs = rejections.note(0, at(now));
      waits.push(waitMs);
      now += waitMs;
      rejections.noteForced(at(now));
    }
    expect(waits).to.deep.equal([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  for (const [ageMs, waitMs] of [
    [29_999, 10_000],
    [30_000, 0],
  ] as const) {
    it(`takes a token rejected at ${ageMs} ms for ${waitMs > 0 ? 'one more in a row' : 'a new beginning'}`, () => {
      const rejections = new Rejections();
      rejections.noteForced(at(0));
      rejections.note(0, at(0));
      rejections.noteForced(at(5_000));
      const now = at(5_000 + ageMs);
      const expected = Math.max(0, waitMs - ageMs);
      expect(rejections.note(ageMs, now)).to.equal(expected);
      rejections.noteForced(now);
      expect(rejections.note(0, now)).to.equal(waitMs > 0 ? 20_000 : 5_000);
    });
  }
});
