import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readScopeOption, readVerifyOptions } from '../../lib/verify/verify-options.js';
import { thrown } from '../support/rejection.js';

const read = (options: unknown) => readVerifyOptions(options as never, 5_000);
const optionOf = (options: unknown) => thrown<ConfigurationError>(() => read(options)).option;

describe('readVerifyOptions', () => {
  it('asks for no scope, and is patient as the verifier is, by default', () => {
    const defaults = { scope: [], signal: undefined, maxWaitMs: 5_000 };
    expect(read(undefined)).to.deep.equal(defaults);
    expect(read({})).to.deep.equal(defaults);
    expect(read({ scope: undefined, signal: undefined, maxWaitMs: undefined })).to.deep.equal(defaults);
    expect(read({ signal: null }).signal).to.equal(undefined);
  });

  it('takes the scope as text with blanks, or as an array', () => {
    for (const scope of ['b a', ' a  b ', ['a', 'b'], ['b a'], ['a', 'b', 'a']])
      expect(read({ scope }).scope).to.deep.equal(['a', 'b']);
    expect(read({ scope: [] }).scope).to.deep.equal([]);
  });

  it('takes no empty text for a scope: a setting that is missing would let every token pass', () => {
    for (const scope of ['', ' ', [''], ['', ' ']])
      expect(() => read({ scope })).to.throw('scope: must not be empty. Leave it out to ask for none.');
  });

  it('takes no character in a scope that would break out of a challenge', () => {
    for (const scope of ['"', 'a\\b', 'a\nb', 'ä', '\u0000', ['a', 'b"']])
      expect(() => read({ scope })).to.throw(ConfigurationError, 'scope: contains a character');
    for (const scope of [5, null, {}, ['a', 5], true]) expect(optionOf({ scope })).to.equal('scope');
  });

  it('takes waits from 0 to an hour', () => {
    for (const maxWaitMs of [0, 0.5, 3_600_000]) expect(read({ maxWaitMs }).maxWaitMs).to.equal(maxWaitMs);
    for (const maxWaitMs of [-1, 3_600_001, Number.NaN, Number.POSITIVE_INFINITY, '5', null])
      expect(optionOf({ maxWaitMs })).to.equal('maxWaitMs');
  });

  it('takes a signal, and nothing else for one', () => {
    const { signal } = new AbortController();
    expect(read({ signal }).signal).to.equal(signal);
    for (const odd of [5, {}, { aborted: false }, 'now'])
      expect(optionOf({ signal: odd })).to.equal('signal');
  });

  it('finds names that it does not know, and options that are no object', () => {
    expect(() => read({ scopes: 'a' })).to.throw(ConfigurationError, 'Did you mean scope?');
    for (const odd of [null, 'read', 5, [], new Map()]) expect(optionOf(odd)).to.equal('verify options');
  });

  it('names the option whose getter throws, without its words', () => {
    const hostile = {
      get scope() {
        throw new Error('s3cret');
      },
    };
    expect(() => read(hostile)).to.throw(ConfigurationError, 'scope: cannot be read');
  });
});

describe('readScopeOption', () => {
  it('gives the scope, or undefined where none is asked for', () => {
    expect(readScopeOption({ scope: 'b a' })).to.deep.equal(['a', 'b']);
    expect(readScopeOption({})).to.equal(undefined);
  });

  it('knows nothing but the scope', () => {
    expect(() => readScopeOption({ maxWaitMs: 5 } as never)).to.throw(
      ConfigurationError,
      'middleware options',
    );
    expect(() => readScopeOption('read' as never)).to.throw(ConfigurationError, 'middleware options');
    expect(() => readScopeOption({ scope: '"' })).to.throw(ConfigurationError, 'scope: ');
  });
});
