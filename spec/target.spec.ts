import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { addressOf, digestOf, keyOf, summarize, type Target } from '../lib/target.js';

const TARGET: Target = {
  tokenEndpoint: 'https://as.example/token?key=hidden',
  clientId: 'acme',
  authentication: 'basic',
  scope: ['read'],
  resource: [],
  parameters: [['audience', 'hidden']],
};

describe('target', () => {
  it('summarizes what may be shown: no query, no parameters', () => {
    const summary = summarize(TARGET);
    expect(summary).to.deep.equal({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      scope: ['read'],
      resource: [],
    });
    expect(summary).to.be.frozen;
  });

  it('names a token endpoint without its query', () => {
    expect(addressOf('https://as.example:8443/a/token?key=hidden')).to.equal(
      'https://as.example:8443/a/token',
    );
  });

  it('has other keys for what a delimiter would make the same', () => {
    const pairs: [Partial<Target>, Partial<Target>][] = [',', '","', '"],["', ' ', '\0'].flatMap(
      (delimiter) => [
        [{ scope: ['a', 'b'] }, { scope: [`a${delimiter}b`] }],
        [{ resource: ['a', 'b'] }, { resource: [`a${delimiter}b`] }],
        [
          { scope: ['a'], resource: ['b'] },
          { scope: [`a${delimiter}b`], resource: [] },
        ],
        [
          {
            parameters: [
              ['a', 'b'],
              ['c', 'd'],
            ],
          },
          { parameters: [['a', ['b', 'c', 'd'].join(delimiter)]] },
        ],
        [
          { clientId: `a${delimiter}post`, authentication: 'basic' },
          { clientId: 'a', authentication: 'post' },
        ],
      ],
    );
    for (const [one, other] of [...pairs, [{ scope: [] }, { scope: [''] }]] as typeof pairs)
      expect(keyOf({ ...TARGET, ...one })).to.not.equal(keyOf({ ...TARGET, ...other }));
  });

  it('has one key for one target, and another for each that differs in anything', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('","', '"],["', '\\', '\0'),
    );
    const texts = fc.array(text, { maxLength: 3 });
    const targets: fc.Arbitrary<Target> = fc.record({
      tokenEndpoint: text,
      clientId: text,
      authentication: fc.constantFrom('basic', 'post'),
      scope: texts,
      resource: texts,
      parameters: fc.array(fc.tuple(text, text), { maxLength: 2 }),
    });
    const names = fc.subarray(Object.keys(TARGET) as (keyof Target)[]);
    fc.assert(
      fc.property(targets, targets, names, (target, other, changed) => {
        const next = { ...target, ...Object.fromEntries(changed.map((name) => [name, other[name]])) };
        const isSame = changed.every((name) => isDeepStrictEqual(target[name], other[name]));
        expect(keyOf(next) === keyOf(target)).to.equal(isSame);
        expect(keyOf(structuredClone(target))).to.equal(keyOf(target));
      }),
    );
  });

  it('has a digest of the same length for each, which shows nothing of it', () => {
    const parameters = [['assertion', 'hush-hush']] as const;
    const digests = [TARGET, { ...TARGET, parameters }, { ...TARGET, scope: ['hush-hush'] }].map(digestOf);
    expect(new Set(digests).size).to.equal(3);
    for (const digest of digests) expect(digest).to.match(/^[\w-]{43}$/);
    expect(digestOf(structuredClone(TARGET))).to.equal(digests[0]);
  });
});
