import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { expect } from 'chai';
import { isErrorCode } from '../../../lib/http/redaction/error-code.js';

describe('isErrorCode', () => {
  const names = [
    ...Object.keys(constants.errno),
    ...[
      'RangeError',
      'AxiosError',
      'string',
      'undefined',
      'Error',
      'MaxRetriesPerRequestError',
      'S3Error',
      'Http2Exception',
    ],
    ...[
      'ERR_SSL_SSL_TLS_ALERT_CERTIFICATE_EXPIRED',
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'HPE_INVALID_CONSTANT',
    ],
    ...[
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'UND_ERR_SOCKET',
      'EAI_AGAIN',
      'ENOTFOUND',
    ],
    ...[
      'READONLY',
      'ERR_HTTP2_GOAWAY_SESSION',
      'ERR_OUT_OF_RANGE',
      'ORA_12541',
      'X509_V_ERR_CERT_REVOKED',
      '57P01',
      '23505',
      'ER_LOCK_WAIT_TIMEOUT',
      'not_found',
      'ProvisionedThroughputExceededException',
    ],
  ];
  for (const name of names) {
    it(`is so for ${name}`, () => {
      expect(isErrorCode(name)).to.equal(true);
    });
  }

  // By one expression for the whole it would take minutes.
  it('is not so for very many parts, the last of which is empty', () => {
    expect(isErrorCode('A_'.repeat(30))).to.equal(false);
    expect(isErrorCode(`A${'_A'.repeat(29)}`)).to.equal(true);
    expect(isErrorCode('')).to.equal(false);
  });

  for (const text of [
    ...[undefined, 7, {}, '', 'two words', 'a-b', 'a/b', 'a.b', 'é', 'x\n'],
    ...['AKIAIOSFODNN7EXAMPLE', 'JBSWY3DPEHPK3PXP', '123456789012'],
    ...['qKEY9911zz', 'opaque0123456789tokenabcdef', 'sk_live_51H8x', 'JBSWY3DPEHPK3PXPJBSWY3DP'],
    ...['a'.repeat(41), 'A'.repeat(41), `${'ERR_'.repeat(15)}X`],
  ]) {
    it(`is not so for ${String(text)}`, () => {
      expect(isErrorCode(text)).to.equal(false);
    });
  }

  it('is not so for what was drawn by chance', () => {
    for (let turn = 0; turn < 1_000; turn += 1) {
      const text = randomBytes(8 + (turn % 20)).toString('hex');
      expect([isErrorCode(text), isErrorCode(text.toUpperCase())]).to.deep.equal([false, false]);
    }
  });
});
