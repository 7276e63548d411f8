import { expect } from 'chai';
import fc from 'fast-check';
import { readRetryAfter } from '../../lib/http/retry-after.js';

const NOW = Date.UTC(2026, 0, 1, 12);
const inMs = (ms: number) => new Date(NOW + ms).toUTCString();

describe('readRetryAfter', () => {
  const table: [string | undefined, string | undefined, number | undefined][] = [
    [undefined, undefined, undefined],
    ['', undefined, undefined],
    ['0', undefined, 0],
    ['120', undefined, 120_000],
    [' 7 ', undefined, 7_000],
    ['3600', undefined, 3_600_000],
    ['3601', undefined, 3_600_000],
    ['9'.repeat(400), undefined, 3_600_000],
    ['0.5', undefined, 500],
    ['120.5', undefined, 120_500],
    ['-5', undefined, undefined],
    ['1,5', undefined, undefined],
    ['1 2', undefined, undefined],
    ['soon', undefined, undefined],
    ['soon 5', undefined, undefined],
    ['after 7', undefined, undefined],
    [inMs(90_000), undefined, 90_000],
    ['2026-01-01T12:01:30+00:00', undefined, 90_000],
    [inMs(-90_000), undefined, 0],
    [inMs(90_000), inMs(60_000), 30_000],
    [inMs(90_000), 'nonsense', 90_000],
    [inMs(2 * 3_600_000), undefined, 3_600_000],
  ];
  for (const [retryAfter, date, delayMs] of table) {
    it(`reads ${retryAfter?.slice(0, 30)} (Date: ${date}) as ${delayMs} ms`, () => {
      expect(readRetryAfter(retryAfter, date, NOW)).to.equal(delayMs);
    });
  }

  it('is nothing, or from 0 to an hour, whatever the server writes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (retryAfter, date) => {
        const delayMs = readRetryAfter(retryAfter, date, NOW) ?? 0;
        expect(delayMs).to.be.within(0, 3_600_000);
      }),
    );
  });
});
