import { expect } from 'chai';
import { ConfigurationError } from '../../lib/index.js';
import { readGivenTokens } from '../../lib/testing/given-tokens.js';

describe('readGivenTokens', () => {
  it('gives one token for ever, and several in turn, whatever becomes of the list', () => {
    const list = ['a', 'b'];
    const [one, several] = [readGivenTokens('a'), readGivenTokens(list)];
    list.length = 0;
    for (const expected of [
      ['a', 'a'],
      ['a', 'b'],
      ['a', 'b'],
    ])
      expect([one({}), several({})]).to.deep.equal(expected);
  });

  it('asks a function for each', () => {
    const give = readGivenTokens<string>((about: string) => `of-${about}`);
    expect([give('a'), give('b')]).to.deep.equal(['of-a', 'of-b']);
  });

  for (const [source, words] of [
    ['', 'token: must be text that a header can carry, without blanks; got an empty string.'],
    ['a b', 'got other text.'],
    [null, 'token: must be a token, a list of tokens, or a function that gives one; got null.'],
    [[], 'token: must be one token at least; got none.'],
    [['a', ''], 'got an empty string.'],
  ] as const)
    it(`refuses ${JSON.stringify(source)}`, () => {
      expect(() => readGivenTokens(source)).to.throw(ConfigurationError, words);
    });

  it('refuses what a function gives that is no token', () => {
    expect(() => readGivenTokens(() => 7)('a')).to.throw(ConfigurationError, 'got 7.');
    expect(() => readGivenTokens(async () => 'a')('a')).to.throw(
      ConfigurationError,
      'got a promise: the function must not be async.',
    );
  });

  it('leaves no rejection behind that would end the process', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const give = readGivenTokens(() => Promise.reject(new Error('no tenant')));
      expect(() => give('a')).to.throw(ConfigurationError, 'must not be async');
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.removeListener('unhandledRejection', note);
    }
  });
});
