import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readGetTokenOptions, readWaitOptions } from '../../lib/options/call-options.js';
import { settings as read } from '../support/settings.js';

const settings = read();

describe('readWaitOptions', () => {
  it('is patient as the provider is, and asks for nothing, by default', () => {
    expect(readWaitOptions({}, settings)).to.deep.equal({
      signal: undefined,
      maxWaitMs: 30_000,
      minValidityMs: 0,
    });
  });

  it('checks each option', () => {
    expect(() => readWaitOptions({ maxWaitMs: -1 }, settings)).to.throw('maxWaitMs: must be a number from 0');
    expect(() => readWaitOptions({ minValidityMs: Number.NaN }, settings)).to.throw(
      'minValidityMs: must be a number',
    );
    expect(() => readWaitOptions({ signal: 5 as never }, settings)).to.throw(
      'signal: must be an AbortSignal; got 5.',
    );
    for (const odd of [
      {},
      { aborted: false },
      { aborted: false, addEventListener: () => undefined },
      { aborted: false, addEventListener: 5 },
      { addEventListener: () => undefined, removeEventListener: () => undefined },
    ]) {
      expect(() => readWaitOptions({ signal: odd as never }, settings)).to.throw(
        'signal: must be an AbortSignal; got an object.',
      );
    }
    expect(() => readWaitOptions(new AbortController().signal as never, settings)).to.throw(
      'getToken options: must be a plain object',
    );
    expect(() => readWaitOptions({ minValidity: 5 } as never, settings)).to.throw(
      'minValidity: is not among',
    );
  });
});

describe('readGetTokenOptions', () => {
  it('reads whose token is meant, and how to wait for it', () => {
    const { signal } = new AbortController();
    const options = { clientId: 'acme', region: 'eu', scope: 'b a', signal, maxWaitMs: 5, minValidityMs: 7 };
    expect(readGetTokenOptions(options, settings)).to.deep.equal({
      query: { clientId: 'acme', region: 'eu', scope: ['a', 'b'], resource: undefined },
      call: { signal, maxWaitMs: 5, minValidityMs: 7 },
    });
  });

  it('checks both, and lists the names of both', () => {
    expect(() => readGetTokenOptions({ scope: '"' }, settings)).to.throw(ConfigurationError, 'scope: ');
    expect(() => readGetTokenOptions({ maxWaitMs: -1 }, settings)).to.throw(
      ConfigurationError,
      'maxWaitMs: ',
    );
    expect(() => readGetTokenOptions({ scopes: 'read' } as never, settings)).to.throw(
      'scopes: is not among the getToken options. Did you mean scope? Known: clientId, region, scope, resource, signal, maxWaitMs, minValidityMs.',
    );
  });
});
