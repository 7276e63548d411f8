import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readResource, readScope, readTokenRequest } from '../../lib/options/token-request-settings.js';
import { thrown } from '../support/rejection.js';

/** The message for options that no type checker has seen. */
function messageFor(odd: object): string {
  const error = thrown(() => readTokenRequest(odd as never));
  expect(error).to.be.instanceOf(ConfigurationError);
  return error.message;
}

describe('readTokenRequest', () => {
  it('gives what a token request asks for: nothing by default', () => {
    expect(readTokenRequest({})).to.deep.equal({ scope: [], resource: [], parameters: [], tokenTypes: [] });
  });

  it('takes what is not given from the defaults, and nothing where something empty is given', () => {
    const defaults = readTokenRequest({
      scope: 'read',
      resource: 'urn:api',
      parameters: { a: '1' },
      tokenType: 'App Token',
    });
    expect(readTokenRequest({}, defaults)).to.deep.equal(defaults);
    expect(readTokenRequest({ scope: 'write' }, defaults)).to.deep.equal({ ...defaults, scope: ['write'] });
    expect(
      readTokenRequest({ scope: '', resource: [], parameters: {}, tokenType: [] }, defaults),
    ).to.deep.equal({
      scope: [],
      resource: [],
      parameters: [],
      tokenTypes: [],
    });
  });

  it('gives what nobody can change', () => {
    const { scope, resource, parameters } = readTokenRequest({
      scope: 'read',
      resource: 'urn:api',
      parameters: { a: '1' },
    });
    for (const list of [scope, resource, parameters, parameters[0]]) expect(list).to.be.frozen;
  });

  it('writes scope, resource and parameters in one order, each once', () => {
    for (const given of [
      { b: '2', a: '' },
      { a: '', b: '2' },
    ]) {
      const { parameters } = readTokenRequest({ parameters: given });
      expect(parameters).to.deep.equal([
        ['a', ''],
        ['b', '2'],
      ]);
    }
    const { scope, resource } = readTokenRequest({
      scope: 'write read  write',
      resource: ['https://b.example/', 'https://a.example/', 'https://b.example/'],
    });
    expect(scope).to.deep.equal(['read', 'write']);
    expect(resource).to.deep.equal(['https://a.example/', 'https://b.example/']);
  });

  it('reads the names of bearer tokens in lower case, from one text or several', () => {
    expect(readTokenRequest({ tokenType: ' App Token ' }).tokenTypes).to.be.frozen.and.deep.equal([
      'app token',
    ]);
    expect(readTokenRequest({ tokenType: ['N_A', 'App'] }).tokenTypes).to.deep.equal(['n_a', 'app']);
  });

  it('takes any text for a resource that has no blanks and no control characters', () => {
    const unit = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\s\p{Cc}\p{Cs}]/u.test(text));
    fc.assert(
      fc.property(unit, (resource) => {
        expect(readResource(resource)).to.deep.equal([resource]);
      }),
    );
    for (const odd of ['', 'a b', 'a\nb', 'a\u007fb', 'a\u00a0b', 'a\ud800'])
      expect(messageFor({ resource: odd }), JSON.stringify(odd)).to.match(/^resource: /);
  });

  const table: [object, RegExp][] = [
    [{ tokenType: '' }, /^tokenType: must be a non-empty string/],
    [{ tokenType: ['App', ' '] }, /^tokenType: must be a non-empty string/],
    [{ tokenType: 5 }, /^tokenType: must be a string or an array of strings; got 5/],
    [{ scope: 'a"b' }, /^scope: .* RFC 6749 §3\.3/],
    [{ scope: 'a\tb' }, /^scope: /],
    [{ scope: ['a', 7] }, /^scope: must be a string or an array of strings; got 7/],
    [{ resource: 'a\u0000b' }, /^resource: must be without blanks and control characters/],
    [{ resource: 5 }, /^resource: must be a string or an array of strings; got 5/],
    [{ resource: 'a b' }, /^resource: must be without blanks/],
    [{ parameters: 'a=b' }, /^parameters: must be a plain object; got a string/],
    [{ parameters: new URLSearchParams('a=b') }, /^parameters: must be a plain object/],
    [{ parameters: ['a'] }, /^parameters: must be a plain object; got an array/],
    [{ parameters: null }, /^parameters: must be a plain object; got null/],
    [{ parameters: { audience: 5 } }, /^parameters\.audience: must be a string; got 5/],
  ];
  for (const [odd, message] of table) {
    it(`refuses ${JSON.stringify(odd)}`, () => expect(messageFor(odd)).to.match(message));
  }

  for (const name of [
    'grant_type',
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'scope',
    'resource',
  ]) {
    it(`keeps the parameter ${name} for itself`, () => {
      expect(messageFor({ parameters: { [name]: 'x' } })).to.match(/^parameters\.\w+: is reserved/);
    });
  }
});

describe('readScope and readResource', () => {
  const text = fc.stringMatching(/^[a-z:/.]+$/);

  it('give each text once and sorted, whatever the order and the way of writing', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (items) => {
        const expected = [...new Set(items)].sort();
        expect(readScope(items)).to.deep.equal(expected);
        expect(readScope([...items].reverse().concat(items))).to.deep.equal(expected);
        expect(readScope(items.join('  '))).to.deep.equal(expected);
        const uris = items.map((item) => `urn:x${item}`);
        const sorted = expected.map((item) => `urn:x${item}`);
        expect(readResource(uris)).to.deep.equal(sorted);
        expect(readResource([...uris].reverse().concat(uris))).to.deep.equal(sorted);
      }),
    );
    expect(readScope('  b  a ')).to.deep.equal(['a', 'b']);
    expect(() => readScope(['a', 5])).to.throw('scope: must be a string or an array of strings; got 5.');
    expect(() => readResource(['urn:a', 5])).to.throw(
      'resource: must be a string or an array of strings; got 5.',
    );
  });

  it('tell what is empty from what is not given', () => {
    expect([readScope(undefined), readScope(''), readScope([])]).to.deep.equal([undefined, [], []]);
    expect([readResource(undefined), readResource([])]).to.deep.equal([undefined, []]);
  });

  it('take any text for a resource, as SharePoint and Databricks want it', () => {
    for (const resource of ['api', '00000003-0000-0ff1-ce00-000000000000/acme.example@t', 'urn:a#b'])
      expect(readResource(resource)).to.deep.equal([resource]);
  });

  it('split scopes alone: a resource is one text', () => {
    expect(readScope(['a b', 'c'])).to.deep.equal(['a', 'b', 'c']);
    expect(readResource('https://a.example/x+y')).to.deep.equal(['https://a.example/x+y']);
    expect(() => readResource('https://a.example/x y')).to.throw('without blanks');
  });

  it('readResource takes a thousand items, and none that cannot be read', () => {
    expect(readResource(Array.from({ length: 1_000 }, (_, index) => `urn:${index}`))?.length).to.equal(1_000);
    const { proxy, revoke } = Proxy.revocable<string[]>([], {});
    revoke();
    const boom = () => {
      throw new Error('boom');
    };
    for (const [odd, words] of [
      [new Array(1_001), 'must have at most 1000 items; got 1001.'],
      [new Array(2 ** 32 - 1), 'must have at most 1000 items'],
      [new Array(2), 'must be a string or an array of strings; got nothing.'],
      [new Proxy(['a'], { get: boom }), 'cannot be read'],
      [Object.defineProperty(['a'], 0, { get: boom }), 'cannot be read'],
      [proxy, 'must be a string or an array of strings; got an object.'],
      [[proxy], 'must be a string or an array of strings; got an object.'],
    ] as const)
      expect(() => readResource(odd)).to.throw(ConfigurationError, words);
  });
});
