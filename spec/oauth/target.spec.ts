import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import { acceptsType, digestOf, keyOf, summarize, type Target } from '../../lib/oauth/target.js';
import { makeProofKey } from '../support/proof-keys.js';
import { authenticatorOf, target } from '../support/target.js';

/** What tells targets apart, as plain data. */
interface Plain extends Pick<Target, 'clientId' | 'scope' | 'resource' | 'parameters'> {
  readonly server: string;
  readonly grant: string;
  readonly authenticator: string;
}

const PLAIN: Plain = {
  server: 'https://as.example/token?key=hidden',
  grant: 'client_credentials',
  clientId: 'acme',
  authenticator: 'basic',
  scope: ['read'],
  resource: [],
  parameters: [['audience', 'hidden']],
};

/** A target of parts that are made anew each time, as those of two providers are. */
function targetOf({ server, grant, authenticator, ...others }: Plain): Target {
  return {
    ...others,
    tokenTypes: [],
    proofKey: undefined,
    server: new KnownTokenEndpoint(server),
    grant: { id: grant, parameters: () => ({}) },
    authenticator: { id: authenticator, authenticate: () => ({}), secrets: () => [] },
  };
}

describe('target', () => {
  it('summarizes what may be shown: no query, no parameters', () => {
    const summary = summarize(targetOf(PLAIN));
    expect(summary).to.deep.equal({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      scope: ['read'],
      resource: [],
    });
    expect(summary).to.be.frozen;
  });

  it('has a key without a secret, in which the server, the grant and the method are named by their ids', () => {
    const key = keyOf({ ...target, authenticator: authenticatorOf('s3cret', 'basic-raw') });
    expect(JSON.parse(key)).to.deep.equal([
      'https://as.example/token?tenant=1',
      target.grant.id,
      'acme',
      'basic-raw',
      [],
      [],
      [],
    ]);
  });

  it('has other keys for what a delimiter would make the same', () => {
    const pairs: [Partial<Plain>, Partial<Plain>][] = [',', '","', '"],["', ' ', '\0'].flatMap(
      (delimiter): [Partial<Plain>, Partial<Plain>][] => [
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
          { clientId: `a${delimiter}post`, authenticator: 'basic' },
          { clientId: 'a', authenticator: 'post' },
        ],
        [
          { server: `a${delimiter}b`, grant: 'c' },
          { server: 'a', grant: `b${delimiter}c` },
        ],
        [
          { grant: `a${delimiter}b`, clientId: 'c' },
          { grant: 'a', clientId: `b${delimiter}c` },
        ],
      ],
    );
    for (const [one, other] of [...pairs, [{ scope: [] }, { scope: [''] }]] as typeof pairs)
      expect(keyOf(targetOf({ ...PLAIN, ...one }))).to.not.equal(keyOf(targetOf({ ...PLAIN, ...other })));
  });

  it('has one key for one target, and another for each that differs in anything', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('","', '"],["', '\\', '\0'),
    );
    const texts = fc.array(text, { maxLength: 3 });
    const plains: fc.Arbitrary<Plain> = fc.record({
      server: text,
      grant: text,
      clientId: text,
      authenticator: fc.constantFrom('basic', 'post'),
      scope: texts,
      resource: texts,
      parameters: fc.array(fc.tuple(text, text), { maxLength: 2 }),
    });
    const names = fc.subarray(Object.keys(PLAIN) as (keyof Plain)[]);
    fc.assert(
      fc.property(plains, plains, names, (plain, other, changed) => {
        const next = { ...plain, ...Object.fromEntries(changed.map((name) => [name, other[name]])) };
        const isSame = changed.every((name) => isDeepStrictEqual(plain[name], other[name]));
        expect(keyOf(targetOf(next)) === keyOf(targetOf(plain))).to.equal(isSame);
        expect(keyOf(targetOf(structuredClone(plain)))).to.equal(keyOf(targetOf(plain)));
      }),
    );
  });

  it('has another key and digest for each key that tokens are bound to, which name that key by its thumbprint alone', () => {
    const [one, other] = [makeProofKey(), makeProofKey()];
    const targets = [undefined, one, other].map((proofKey) => ({ ...target, proofKey }));
    for (const name of [keyOf, digestOf]) expect(new Set(targets.map((each) => name(each))).size).to.equal(3);
    expect(JSON.parse(keyOf({ ...target, proofKey: one }))).to.deep.equal([
      ...JSON.parse(keyOf(target)),
      one.thumbprint,
    ]);
    expect(digestOf({ ...target, proofKey: one }, 'a')).to.not.equal(
      digestOf({ ...target, proofKey: other }, 'a'),
    );
  });

  it('takes tokens of the type DPoP where there is such a key, and of no other type', () => {
    const proofKey = makeProofKey();
    for (const type of ['DPoP', 'dpop', ' DPOP ']) {
      expect(acceptsType({ proofKey, tokenTypes: [] }, type)).to.equal(true);
      expect(acceptsType(target, type)).to.equal(false);
    }
    for (const type of ['Bearer', '', 'DPoPs', 'own'])
      expect(acceptsType({ proofKey, tokenTypes: ['own'] }, type)).to.equal(false);
    expect(acceptsType({ ...target, tokenTypes: ['own'] }, 'Own')).to.equal(true);
  });

  it('has another digest for each binding, which shows nothing', () => {
    const bindings = [undefined, '', 'a', 'b', 'undefined', '["a"]'];
    const digests = bindings.map((binding) => digestOf(target, binding));
    expect(new Set(digests).size).to.equal(bindings.length);
    for (const digest of digests) expect(digest).to.match(/^[\w-]{43}$/);
    expect(digestOf({ ...target, clientId: 'b' }, 'a')).to.not.equal(digestOf(target, 'a'));
  });
});
