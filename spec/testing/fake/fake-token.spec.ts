import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/index.js';
import {
  ended,
  FAKE_TOKEN_OPTIONS,
  FakeTokens,
  readFakeToken,
} from '../../../lib/testing/fake/fake-token.js';
import { VirtualTime } from '../../support/virtual-time.js';

const query = { clientId: 'a', region: undefined, scope: undefined, resource: undefined };

describe('FakeTokens', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  it('makes another token each time, of ten minutes, due at half of them', () => {
    const tokens = FakeTokens.read({});
    const { value, access } = tokens.next(query);
    const others = [tokens.next(query), tokens.next(query)].map((token) => token.value);
    expect([value, ...others]).to.deep.equal(['fake-token', 'fake-token-2', 'fake-token-3']);
    expect({ ...access }).to.deep.equal({
      tokenType: 'Bearer',
      scope: undefined,
      issuedAt: Date.now(),
      dueAt: Date.now() + 300_000,
      expiresAt: Date.now() + 600_000,
    });
  });

  it('makes what it is told', () => {
    const { value, access } = FakeTokens.read({
      token: 'abc',
      expiresInMs: 60_000,
      scope: 'read',
      tokenType: 'X',
    }).next(query);
    expect([value, access.scope, access.tokenType]).to.deep.equal(['abc', 'read', 'X']);
    expect(access.expiresAt - access.issuedAt).to.equal(60_000);
  });

  it('gives several in turn, and then the last one, whatever becomes of the list', () => {
    const list = ['a', 'b', 'c'];
    const tokens = FakeTokens.read({ token: list });
    list.length = 0;
    expect([1, 2, 3, 4, 5].map(() => tokens.next(query).value)).to.deep.equal(['a', 'b', 'c', 'c', 'c']);
  });

  it('asks a function for each', () => {
    const asked: unknown[] = [];
    const tokens = FakeTokens.read({ token: (about) => `t${asked.push(about)}` });
    expect([tokens.next(query).value, tokens.next(query).value]).to.deep.equal(['t1', 't2']);
    expect(asked).to.deep.equal([query, query]);
  });

  it('keeps what was said before, and is not told anew', () => {
    const before = FakeTokens.read({ token: ['a', 'b'], expiresInMs: 60_000, scope: 'read', tokenType: 'X' });
    before.next(query);
    for (const [change, expected] of [
      [{}, ['b', 60_000, 'read', 'X']],
      [{ token: 'n' }, ['n', 60_000, 'read', 'X']],
      [{ expiresInMs: 1 }, ['b', 1, 'read', 'X']],
      [{ scope: '' }, ['b', 60_000, '', 'X']],
      [{ tokenType: 'Y' }, ['b', 60_000, 'read', 'Y']],
    ] as const) {
      const { value, lifetimeMs, facts } = FakeTokens.read(change, before).next(query);
      expect([value, lifetimeMs, facts.scope, facts.tokenType]).to.deep.equal(expected);
    }
  });

  it('lives as long as it can: 1 ms to 30 days', () => {
    for (const expiresInMs of [1, 30 * 86_400_000])
      expect(FakeTokens.read({ expiresInMs }).next(query).lifetimeMs).to.equal(expiresInMs);
  });

  for (const [options, words] of [
    [{ token: '' }, 'token: must be text that a header can carry, without blanks; got an empty string.'],
    [{ token: 'a b' }, 'got other text.'],
    [{ token: 'ä' }, 'got other text.'],
    [{ token: 7 }, 'token: must be a token, a list of tokens, or a function that gives one; got 7.'],
    [{ token: null }, 'got null.'],
    [{ token: ['a', 7] }, 'got 7.'],
    [{ token: [] }, 'token: must be one token at least; got none.'],
    [{ token: ['a', ''] }, 'got an empty string.'],
    [{ expiresInMs: 0 }, 'expiresInMs: must be a number from 1 to 2592000000; got 0.'],
    [{ expiresInMs: '600' }, 'Convert text with Number() first.'],
    [{ scope: ['read'] }, 'scope: must be a string; got an array.'],
    [{ tokenType: 1 }, 'tokenType: must be a string; got 1.'],
  ] as const)
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => FakeTokens.read(options as never)).to.throw(ConfigurationError, words);
    });

  it('refuses what a function gives that is no token, and shows nothing of it', () => {
    const tokens = FakeTokens.read({ token: () => 'a secret' });
    expect(() => tokens.next(query)).to.throw(ConfigurationError, /token: .*; got other text\.$/);
  });

  it('ends at this moment when it is ended', async () => {
    const held = FakeTokens.read({}).next(query);
    await time.pass(1_000);
    const over = ended(held);
    expect([over.value, over.lifetimeMs]).to.deep.equal(['fake-token', 1_000]);
    expect(over.usableMs({ wall: Date.now(), steady: performance.now() })).to.equal(0);
    expect(over.freshMs({ wall: Date.now(), steady: performance.now() })).to.equal(0);
  });

  it('knows its options', () => {
    const options = { token: 'a', expiresInMs: 1, scope: '', tokenType: 'b' };
    expect(readFakeToken(options)).to.deep.equal(options);
    expect(Object.keys(options)).to.deep.equal(FAKE_TOKEN_OPTIONS);
    expect(() => readFakeToken({ tokn: 'a' })).to.throw(
      ConfigurationError,
      'tokn: is not among the token options.',
    );
  });
});
