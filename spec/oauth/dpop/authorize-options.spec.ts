import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readAuthorizeOptions } from '../../../lib/oauth/dpop/authorize-options.js';
import { thrown } from '../../support/rejection.js';

const GOOD = { method: 'GET', url: 'https://api.example/x?y' };

describe('readAuthorizeOptions', () => {
  it('tells the request from whose token it carries, and how long to wait', () => {
    const { signal } = new AbortController();
    const call = {
      clientId: 'a',
      region: 'eu',
      scope: 'read',
      resource: 'r',
      signal,
      maxWaitMs: 1,
      minValidityMs: 2,
    };
    expect(readAuthorizeOptions({ ...GOOD, nonce: 'n', ...call }, false)).to.deep.equal({
      ...GOOD,
      nonce: 'n',
      call,
    });
    expect(readAuthorizeOptions({ ...GOOD, url: new URL(GOOD.url) }, false)).to.deep.equal({
      ...GOOD,
      nonce: undefined,
      call: {},
    });
  });

  it('lets tokens go in plain text to this machine alone, or where that is allowed', () => {
    for (const [url, allowHttp] of [
      ['http://127.0.0.1:1/x', false],
      ['http://localhost/x', false],
      ['http://api.example/x', true],
    ] as const)
      expect(readAuthorizeOptions({ ...GOOD, url }, allowHttp).url).to.equal(url);
  });

  for (const [odd, option] of [
    [undefined, 'authorize options'],
    [{}, 'method'],
    [{ ...GOOD, method: '' }, 'method'],
    [{ ...GOOD, method: 'GET /' }, 'method'],
    [{ ...GOOD, method: 5 }, 'method'],
    [{ method: 'GET' }, 'url'],
    [{ ...GOOD, url: '/x' }, 'url'],
    [{ ...GOOD, url: 'http://api.example/x' }, 'url'],
    [{ ...GOOD, url: 'https://user:s3cret@api.example/' }, 'url'],
    [{ ...GOOD, nonce: null }, 'nonce'],
    [{ ...GOOD, header: 'x' }, 'header'],
  ] as const) {
    it(`refuses ${JSON.stringify(odd)}, and names ${option}`, () => {
      const error = thrown<ConfigurationError>(() => readAuthorizeOptions(odd, false));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(error.message).to.not.contain('s3cret');
    });
  }
});
