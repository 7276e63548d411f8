import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readAuthorizeOptions } from '../../../lib/oauth/dpop/authorize-options.js';
import { thrown } from '../../support/rejection.js';

const GOOD = { method: 'GET', url: 'https://api.example/things?a=1' };

describe('readAuthorizeOptions()', () => {
  it('tells the request from what is asked of the token', () => {
    const { signal } = new AbortController();
    const call = {
      clientId: 'a',
      region: 'eu',
      scope: 's',
      resource: 'r',
      signal,
      maxWaitMs: 5,
      minValidityMs: 6,
    };
    expect(readAuthorizeOptions({ ...GOOD, nonce: 'n', ...call }, false)).to.deep.equal({
      ...GOOD,
      nonce: 'n',
      call,
    });
    expect(readAuthorizeOptions(GOOD, false)).to.deep.equal({ ...GOOD, nonce: undefined, call: {} });
  });

  it('takes a URL, and any method', () => {
    expect(readAuthorizeOptions({ ...GOOD, url: new URL(GOOD.url) }, false).url).to.equal(GOOD.url);
    for (const method of ['patch', 'PURGE', 'M-SEARCH', "!#$%&'*+.^_`|~"])
      expect(readAuthorizeOptions({ ...GOOD, method }, false).method).to.equal(method);
  });

  it('names methods as fetch sends them', () => {
    for (const method of ['get', 'Post', 'DELETE'])
      expect(readAuthorizeOptions({ ...GOOD, method }, false).method).to.equal(method.toUpperCase());
  });

  it('takes plain http to this machine, and elsewhere by allowHttp alone', () => {
    for (const url of ['http://127.0.0.1:9/', 'http://localhost/x', 'http://[::1]/'])
      expect(readAuthorizeOptions({ ...GOOD, url }, false).url).to.equal(url);
    const url = 'http://api.example/';
    expect(readAuthorizeOptions({ ...GOOD, url }, true).url).to.equal(url);
    expect(() => readAuthorizeOptions({ ...GOOD, url }, false)).to.throw(ConfigurationError, /^url: .*https/);
  });

  for (const [changes, option] of [
    [{ method: undefined }, 'method'],
    [{ method: '' }, 'method'],
    [{ method: 'GET POST' }, 'method'],
    [{ method: 'GET\r\n' }, 'method'],
    [{ method: ' GET' }, 'method'],
    [{ method: 5 }, 'method'],
    [{ url: undefined }, 'url'],
    [{ url: '/things' }, 'url'],
    [{ url: 'ftp://api.example/' }, 'url'],
    [{ url: 'https://user:pass@api.example/' }, 'url'],
    [{ url: 5 }, 'url'],
    [{ nonce: 5 }, 'nonce'],
    [{ nonce: null }, 'nonce'],
    [{ nonce: ['n'] }, 'nonce'],
    [{ headers: {} }, 'headers'],
  ] as const) {
    it(`refuses ${JSON.stringify(changes)}`, () => {
      const error = thrown<ConfigurationError>(() => readAuthorizeOptions({ ...GOOD, ...changes }, false));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
    });
  }

  it('says what it wants, and describes what it got', () => {
    const messageOf = (changes: object) =>
      thrown(() => readAuthorizeOptions({ ...GOOD, ...changes }, false)).message;
    expect(messageOf({ method: 'a b' })).to.equal(
      "method: must be a method such as 'GET'; got a string of 3 characters.",
    );
    expect(messageOf({ nonce: 5 })).to.equal('nonce: must be what the API said in DPoP-Nonce; got 5.');
  });

  it('refuses what is no set of options', () => {
    for (const odd of [undefined, null, 'GET', [], 5])
      expect(() => readAuthorizeOptions(odd, false)).to.throw(ConfigurationError, /^authorize options: /);
  });

  it('shows no nonce and no address that may hold a secret', () => {
    const errors = [
      { nonce: { secret: 1 } },
      { url: 'https://api.example/\nthe-secret' },
      { method: 'the secret' },
    ];
    for (const changes of errors)
      expect(thrown(() => readAuthorizeOptions({ ...GOOD, ...changes }, false)).message).to.not.contain(
        'secret',
      );
  });
});
