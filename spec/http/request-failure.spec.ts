import { inspect } from 'node:util';
import { AxiosError } from 'axios';
import { expect } from 'chai';
import { TokenRequestError, TokenResponseError } from '../../lib/ground/errors.js';
import { requestFailure, timeoutFailure } from '../../lib/http/request-failure.js';

const ADDRESS = 'https://as.example/token';
const fail = (error: unknown) => requestFailure(error, ADDRESS, (text) => text.replaceAll('s3cret', '…'));

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

  it('cleans the words', () => {
    expect(fail(new AxiosError('odd s3cret', 'ERR_ODD')).message).to.contain('odd … (ERR_ODD)');
  });

  const untrusted = [
    'CERT_CHAIN_TOO_LONG',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_SIGNATURE_FAILURE',
    'CERT_UNTRUSTED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ];
  for (const code of untrusted) {
    it(`takes ${code} for permanent, and says where to give a CA`, () => {
      const error = fail(new AxiosError('bad', code));
      expect(error).to.include({ permanent: true, reason: code });
      expect(error.message).to.contain('NODE_EXTRA_CA_CERTS');
    });
  }

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
    for (const code of ['s3cret', 'a b', 'x'.repeat(61), 5, undefined, Symbol('s3cret')]) {
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

  it('names the option behind a timeout', () => {
    expect(timeoutFailure(ADDRESS, 50)).to.include({ reason: 'ETIMEDOUT', permanent: false });
    expect(timeoutFailure(ADDRESS, 50).message).to.equal(
      `No whole answer from ${ADDRESS} within 50 ms (requestTimeoutMs).`,
    );
  });
});
