import { expect } from 'chai';
import fc from 'fast-check';
import { documentLifetime, KEYS_LIFETIME, METADATA_LIFETIME } from '../../lib/documents/document-lifetime.js';

const HOUR_MS = 3_600_000;
const RANGE = { min: 300_000, max: 10 * HOUR_MS, default: HOUR_MS };
const lifetime = (cacheControl?: string, age?: string) =>
  documentLifetime({ header: (name) => ({ 'cache-control': cacheControl, age })[name] }, RANGE);

describe('documentLifetime', () => {
  const rows: [string | undefined, string | undefined, number][] = [
    [undefined, undefined, HOUR_MS],
    ['', undefined, HOUR_MS],
    ['public', undefined, HOUR_MS],
    ['max-age=600', undefined, 600_000],
    ['public, max-age=600, must-revalidate', undefined, 600_000],
    ['Public,Max-Age = 600', undefined, 600_000],
    ['max-age="600"', undefined, 600_000],
    ['max-age=600', '120', 480_000],
    ['max-age=600', 'yesterday', 600_000],
    ['max-age=600', '100000', RANGE.min],
    ['max-age=0', undefined, RANGE.min],
    ['max-age=299', undefined, RANGE.min],
    ['max-age=36001', undefined, RANGE.max],
    ['max-age=999999999999999', undefined, RANGE.max],
    ['max-age=-5', undefined, HOUR_MS],
    ['s-maxage=600', undefined, HOUR_MS],
    ['no-cache', undefined, RANGE.min],
    ['no-store, max-age=600', undefined, RANGE.min],
  ];
  for (const [cacheControl, age, expected] of rows) {
    it(`is ${expected} ms with ${cacheControl ?? 'nothing'}${age === undefined ? '' : `, at an age of ${age}`}`, () =>
      expect(lifetime(cacheControl, age)).to.equal(expected));
  }

  it('is within its bounds, whatever a server says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (cacheControl, age) => {
        expect(lifetime(`max-age=${cacheControl}`, age)).to.be.within(RANGE.min, RANGE.max);
        expect(lifetime(cacheControl, age)).to.be.within(RANGE.min, RANGE.max);
      }),
    );
  });

  it('is a day for metadata and an hour for keys, where nothing is said; keys live for a day at most', () => {
    expect(METADATA_LIFETIME).to.deep.equal({ min: 300_000, max: 168 * HOUR_MS, default: 24 * HOUR_MS });
    expect(KEYS_LIFETIME).to.deep.equal({ min: 300_000, max: 24 * HOUR_MS, default: HOUR_MS });
  });
});
