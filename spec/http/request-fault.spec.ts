import { AxiosError } from 'axios';
import { expect } from 'chai';
import { metClosedConnection, readFault } from '../../lib/http/request-fault.js';

const read = (error: unknown) => readFault(error, (text) => text.replaceAll('s3cret', '…'));

describe('readFault', () => {
  it('looks for the code in the causes where axios is vague', () => {
    const cause = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
    const failed = new TypeError('fetch failed', { cause });
    for (const code of [undefined, 'ERR_NETWORK', 'ERR_BAD_REQUEST']) {
      const error = Object.assign(new AxiosError('Network Error', code), { cause: failed });
      expect(read(error)).to.include({ code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' });
    }
  });

  it('keeps what axios knows better', () => {
    const error = Object.assign(new AxiosError('odd', 'ERR_ODD'), { cause: new Error('deeper') });
    expect(read(error)).to.include({ code: 'ERR_ODD', words: 'odd (ERR_ODD)' });
  });

  it('cleans all words that are shown, and not those that are looked at', () => {
    const cause = Object.assign(new Error('x'), {
      hostname: 's3cret.example',
      cert: { subjectaltname: 'DNS:s3cret.example' },
    });
    const fault = read(Object.assign(new AxiosError('s3cret', 'ERR_ODD'), { cause }));
    expect(fault).to.include({
      message: 's3cret',
      words: '… (ERR_ODD)',
      hostname: '….example',
      certificateNames: 'DNS:….example',
    });
  });

  it("shows of OpenSSL's words the reason alone", () => {
    const said =
      'write EPROTO 80C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/ssl3_record.c:350:\n';
    expect(read(new AxiosError(said, 'EPROTO')).words).to.equal('wrong version number (EPROTO)');
  });

  it('reads anything that can be thrown', () => {
    const endless = new Error('endless');
    endless.cause = endless;
    const table: [unknown, string][] = [
      [undefined, 'ERR_UNKNOWN'],
      ['text', 'ERR_UNKNOWN'],
      [{ code: 'X' }, 'ERR_UNKNOWN'],
      [new RangeError('odd'), 'RangeError'],
      [endless, 'Error'],
      [Object.assign(new Error('x'), { code: 7 }), 'Error'],
      [
        Object.assign(new Error('x'), { code: 'X', cert: 7, hostname: {}, statusCode: 'x', rawPacket: 'x' }),
        'X',
      ],
    ];
    for (const [thrown, code] of table) expect(read(thrown).code).to.equal(code);
  });
});

describe('the code of an alert', () => {
  it('is one word, also where OpenSSL writes ssl/tls into it', () => {
    const alert = Object.assign(
      new Error('0:error:0A000415:SSL routines::ssl/tls alert certificate expired:x:1:'),
      {
        code: 'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED',
      },
    );
    expect(readFault(alert, (text) => text)).to.include({
      code: 'ERR_SSL_SSL_TLS_ALERT_CERTIFICATE_EXPIRED',
      words: 'ssl/tls alert certificate expired (ERR_SSL_SSL_TLS_ALERT_CERTIFICATE_EXPIRED)',
    });
    const odd = Object.assign(new Error('x'), { code: 'a/b' });
    expect(readFault(odd, (text) => text)).to.include({ code: 'Error' });
  });
});

describe('metClosedConnection', () => {
  const fail = (code: string, request: unknown) =>
    metClosedConnection(new AxiosError('x', code, undefined, request));

  it('is so for a kept-alive connection that was closed before the answer', () => {
    for (const code of ['ECONNRESET', 'EPIPE']) {
      expect(fail(code, { reusedSocket: true })).to.equal(true);
      expect(fail(code, { _currentRequest: { reusedSocket: true } })).to.equal(true);
    }
  });

  it('is not so for a new connection, an answer that has begun, or another failure', () => {
    expect(fail('ECONNRESET', { reusedSocket: false })).to.equal(false);
    expect(fail('ECONNRESET', { reusedSocket: true, res: {} })).to.equal(false);
    expect(fail('ETIMEDOUT', { reusedSocket: true })).to.equal(false);
    expect(fail('ECONNRESET', undefined)).to.equal(false);
    expect(metClosedConnection('ECONNRESET')).to.equal(false);
  });
});
