import { expect } from 'chai';
import { dateWords, distanceWords, durationWords } from '../../../lib/cli/terminal/time-words.js';

const TABLE: readonly [ms: number, words: string][] = [
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [588_000, '9 min 48 s'],
  [3_600_000, '1 h'],
  [3_605_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [90_061_000, '1 d 1 h'],
  [86_400_000 * 400, '400 d'],
  [-5_000, '5 s'],
];

describe('words of time', () => {
  for (const [ms, words] of TABLE) {
    it(`say "${words}" for ${ms} ms`, () => expect(durationWords(ms)).to.equal(words));
  }

  it('say how far a moment is', () => {
    expect([distanceWords(5_000, 0), distanceWords(0, 5_000), distanceWords(7, 7)]).to.deep.equal([
      'in 5 s',
      '5 s ago',
      'in 0 ms',
    ]);
  });

  it('say when it is, and that it is none', () => {
    expect([dateWords(1_500), dateWords(1e20)]).to.deep.equal(['1970-01-01T00:00:01Z', 'no date']);
  });
});
