import { inspect } from 'node:util';
import { AxiosError } from 'axios';
import { expect } from 'chai';
import { TokenRequestError, TokenResponseError } from '../../lib/ground/errors.js';
import { requestFailure, timeoutFailure } from '../../lib/http/request-failure.js';
import { CertificateAuthority } from '../support/certificates.js';
import { withProxyVariables } from '../support/connect-proxy.js';
import { startPlainServer } from '../support/plain-server.js';
import { failureOf } from '../support/sending.js';

const ADDRESS = 'https://as.example/token';
const fail = (error: unknown) =>
  requestFailure(error, {
    address: ADDRESS,
    clean: (text) => text.replaceAll('s3cret', '…'),
    hasGivenTokens: false,
  });

describe('requestFailure', () => {
  it('keeps code and words, and nothing else of what axios throws', () => {
    const config = { headers: { Authorization: 'Basic s3cret' }, data: 'client_secret=s3cret' };
    const error = fail(
      new AxiosError('read ECONNRESET', 'ECONNRESET', config as never, { secret: 's3cret' }),
    );
    expect(error).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ECONNRESET', permanent: false });
    expect(error.message).to.equal(`No whole answer from ${ADDRESS}: read ECONNRESET.`);
    expect(inspect(error, { showHidden: true, depth: null })).to.not.contain('s3cret');
  });

  it('does not suspect TLS where plain http has brought tokens before', () => {
    const reset = new AxiosError('read ECONNRESET', 'ECONNRESET');
    const address = 'http://127.0.0.1:8080/token';
    const tell = (hasGivenTokens: boolean) =>
      requestFailure(reset, { address, clean: (text) => text, hasGivenTokens }).message;
    expect(tell(false)).to.equal(
      `No whole answer from ${address}: read ECONNRESET. If that port speaks TLS, write https:// in tokenEndpoint (or issuer, or jwksUri).`,
    );
    expect(tell(true)).to.equal(`No whole answer from ${address}: read ECONNRESET.`);
  });

  it('suspects the client certificate where a connection is cut off on which it was shown', async () => {
    const { cert } = await (await CertificateAuthority.create()).issue(['client.example']);
    const certificate = { cert, key: 's3cret' };
    const tell = (code: string, shown: object = { certificate }) =>
      requestFailure(new AxiosError(`read ${code}`, code), {
        address: ADDRESS,
        clean: (text) => text,
        hasGivenTokens: true,
        ...shown,
      });
    for (const code of ['ECONNRESET', 'EPIPE']) {
      const error = tell(code);
      expect(error.message).to.match(
        /Perhaps the server refuses the client certificate with the thumbprint \S+ \(x5t#S256\)\. Look there\.$/,
      );
      expect(error).to.include({ permanent: false });
      expect(tell(code, {}).message).to.not.contain('certificate');
    }
    expect(tell('ECONNREFUSED').message).to.not.contain('certificate');
  });

  it('cleans the words', () => {
    expect(fail(new AxiosError('odd s3cret', 'ERR_ODD')).message).to.contain('odd … (ERR_ODD)');
  });

  const words: readonly (readonly [string, RegExp])[] = [
    ['ECONNREFUSED', /Nothing listens there\. Does the server run/],
    ['ETIMEDOUT', /firewalls, and whether it needs a proxy \(HTTPS_PROXY\)/],
    ['EHOSTUNREACH', /Look at the network of this machine/],
    ['ENETUNREACH', /Look at the network of this machine/],
    ['EAI_AGAIN', /look at the DNS/],
    ['HPE_INVALID_CONSTANT', /does not speak HTTP\. Is the port/],
    ['ECONNRESET', /^No whole answer from https:\/\/as\.example\/token: bad \(ECONNRESET\)\.$/],
  ];
  for (const [code, said] of words) {
    it(`says of ${code} what to look at, and that it may pass`, () => {
      const error = fail(new AxiosError('bad', code));
      expect(error).to.include({ permanent: false, reason: code });
      expect(error.message).to.match(said).and.contain(code);
    });
  }

  it('says which host is unknown, and which options name it', async () => {
    const error = await failureOf('https://acme.invalid/token');
    expect(['ENOTFOUND', 'EAI_AGAIN']).to.contain((error as TokenRequestError).reason);
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), {
      hostname: 'as.example',
      code: 'ENOTFOUND',
    });
    for (const thrown of [AxiosError.from(cause), new AxiosError('x', 'ENOTFOUND')])
      expect(fail(thrown).message).to.match(
        /^There is no host named as\.example \(ENOTFOUND\)\. Check subdomain or tokenEndpoint \(or issuer, or jwksUri\), and/,
      );
  });

  it('says of a port where nothing listens that nothing does', async () => {
    const server = await startPlainServer();
    server.stop();
    const error = await failureOf(`https://127.0.0.1:${server.port}/token`);
    expect(error).to.include({ reason: 'ECONNREFUSED', permanent: false });
    expect(error.message).to.contain(`127.0.0.1:${server.port}`).and.contain('Nothing listens there');
  });

  it('judges by the cause what axios has no word for', () => {
    const cause = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
    const error = fail(Object.assign(new AxiosError('Network Error', 'ERR_NETWORK'), { cause }));
    expect(error).to.include({ reason: 'CERT_HAS_EXPIRED', permanent: true });
  });

  it('takes a longer answer than can be for a malformed one', () => {
    const error = fail(new AxiosError('maxContentLength size of 1048576 exceeded', 'ERR_BAD_RESPONSE'));
    expect(error).to.be.instanceOf(TokenResponseError);
    expect(error.message).to.contain('more than 1048576 bytes');
  });

  it('makes the best of what is no axios error', () => {
    expect(fail(new RangeError('odd'))).to.include({ reason: 'RangeError' });
    expect(fail('odd')).to.include({
      reason: 'ERR_UNKNOWN',
      message: `No whole answer from ${ADDRESS}: ERR_UNKNOWN.`,
    });
    expect(fail(Object.assign(new Error(''), { code: 'ECONNREFUSED' })).message).to.contain(
      ': ECONNREFUSED.',
    );
  });

  it('takes no odd text for a code: it may be anything that the one who threw it had in hand', () => {
    for (const code of ['s3cret', 'a b', 'x'.repeat(61), 'qKEY9911zz', 5, undefined, Symbol('s3cret')]) {
      const error = fail(Object.assign(new RangeError('odd'), { code }));
      expect(error).to.include({
        reason: 'RangeError',
        message: `No whole answer from ${ADDRESS}: odd (RangeError).`,
      });
    }
    expect(fail(Object.assign(new Error('s3cret'), { code: 5, name: 's3cret' }))).to.include({
      reason: 'ERR_UNKNOWN',
      message: `No whole answer from ${ADDRESS}: … (ERR_UNKNOWN).`,
    });
  });

  it('makes the best of what throws when it is looked at', () => {
    const boom = () => {
      throw new Error('s3cret');
    };
    const { proxy, revoke } = Proxy.revocable(new Error('odd'), {});
    revoke();
    for (const odd of [
      Object.defineProperty(new Error('odd'), 'code', { get: boom }),
      Object.defineProperty(new Error('odd'), 'message', { get: boom }),
      new Proxy(new Error('odd'), { getPrototypeOf: boom }),
      proxy,
    ])
      expect(fail(odd)).to.include({ reason: 'ERR_UNKNOWN' });
    expect(fail(Object.assign(new Error('x'), { message: 5 }))).to.include({ reason: 'Error' });
  });

  it('names the option behind a timeout, and the proxy that may be behind it', async () => {
    const plain = `No whole answer from ${ADDRESS} within 50 ms (requestTimeoutMs).`;
    await withProxyVariables({}, () => {
      expect(timeoutFailure(ADDRESS, 50)).to.include({
        reason: 'ETIMEDOUT',
        permanent: false,
        message: `${plain} Is the server overloaded, or does a firewall stop the request? Does this machine need a proxy (HTTPS_PROXY)?`,
      });
    });
    await withProxyVariables({ HTTP_PROXY: 'http://proxy.example:3128' }, () => {
      expect(timeoutFailure('http://as.example/', 50).message).to.contain('proxy.example:3128 (HTTP_PROXY)');
      expect(timeoutFailure('http://127.0.0.1:1/', 50).message).to.not.contain('proxy.example');
    });
    await withProxyVariables({ HTTPS_PROXY: 'socks5://proxy.example:1080' }, () => {
      expect(timeoutFailure(ADDRESS, 50).message).to.contain(
        'The proxy proxy.example:1080 (HTTPS_PROXY) speaks SOCKS, which needs an agent of its own',
      );
    });
    await withProxyVariables({ HTTPS_PROXY: 'http://a:b@proxy.example:3128' }, () => {
      expect(timeoutFailure(ADDRESS, 50).message).to.equal(
        `${plain} If it is asked by way of the proxy proxy.example:3128 (HTTPS_PROXY), look there, too.`,
      );
    });
  });
});
