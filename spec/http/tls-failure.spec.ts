import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import axios from 'axios';
import { expect } from 'chai';
import { readFault } from '../../lib/http/request-fault.js';
import { plainTextFailure, plainTextRefusal, tlsFailure } from '../../lib/http/tls-failure.js';
import { CertificateAuthority } from '../support/certificates.js';
import { startPlainServer } from '../support/plain-server.js';
import { RawServer } from '../support/raw-server.js';
import { failureOf } from '../support/sending.js';

const ADDRESS = 'https://as.example/token';
const judge = (code: string, message = 'bad') =>
  tlsFailure(
    readFault(Object.assign(new Error(message), { code }), (text) => text),
    ADDRESS,
  );

describe('a verdict on a certificate', () => {
  const authority = /NODE_EXTRA_CA_CERTS/;
  const replace = /must replace its certificate/;
  const revocation = /crl/;
  /** All that Node.js lists, but OUT_OF_MEM. */
  const table: readonly (readonly [string, RegExp])[] = [
    ['UNABLE_TO_GET_ISSUER_CERT', authority],
    ['UNABLE_TO_GET_CRL', revocation],
    ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', replace],
    ['UNABLE_TO_DECRYPT_CRL_SIGNATURE', revocation],
    ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', replace],
    ['CERT_SIGNATURE_FAILURE', replace],
    ['CRL_SIGNATURE_FAILURE', revocation],
    ['CERT_NOT_YET_VALID', /clock of this machine/],
    ['CERT_HAS_EXPIRED', /must renew it/],
    ['CRL_NOT_YET_VALID', revocation],
    ['CRL_HAS_EXPIRED', revocation],
    ['ERROR_IN_CERT_NOT_BEFORE_FIELD', replace],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', replace],
    ['ERROR_IN_CRL_LAST_UPDATE_FIELD', revocation],
    ['ERROR_IN_CRL_NEXT_UPDATE_FIELD', revocation],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', authority],
    ['SELF_SIGNED_CERT_IN_CHAIN', authority],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', authority],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', authority],
    ['CERT_CHAIN_TOO_LONG', replace],
    ['CERT_REVOKED', replace],
    ['INVALID_CA', replace],
    ['PATH_LENGTH_EXCEEDED', replace],
    ['INVALID_PURPOSE', replace],
    ['CERT_UNTRUSTED', authority],
    ['CERT_REJECTED', authority],
    ['HOSTNAME_MISMATCH', /Check the host in subdomain or tokenEndpoint \(or issuer, or jwksUri\)\. /],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /Check the host in subdomain or tokenEndpoint \(or issuer, or jwksUri\)\. /,
    ],
    ['ERR_TLS_CERT_ALTNAME_FORMAT', replace],
    ['UNSPECIFIED', replace],
  ];
  for (const [code, remedy] of table) {
    it(`of ${code} is permanent, and says what to do`, () => {
      const error = judge(code);
      expect(error).to.include({ permanent: true, reason: code });
      expect(error?.message).to.match(remedy).and.contain(code).and.contain(ADDRESS);
    });
  }

  it('is another thing than a fault of the network', () => {
    for (const code of ['ECONNRESET', 'OUT_OF_MEM', 'ERR_TLS_HANDSHAKE_TIMEOUT', 'ERR_ODD'])
      expect(judge(code), code).to.equal(undefined);
  });
});

describe('a certificate', () => {
  let authority: CertificateAuthority;
  before(async () => {
    authority = await CertificateAuthority.create();
  });

  const fail = async (names: readonly string[], isTrusted: boolean, endsInMs?: number) => {
    const server = https.createServer(await authority.issue(names, endsInMs));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const httpsAgent = new https.Agent(isTrusted ? { ca: authority.pem } : {});
    try {
      return await failureOf(
        `https://localhost:${(server.address() as AddressInfo).port}/token`,
        axios.create({ httpsAgent }),
      );
    } finally {
      server.close();
    }
  };

  it('for other names tells them', async () => {
    const error = await fail(['one.example', '*.two.example'], true);
    expect(error).to.include({ permanent: true, reason: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(error.message)
      .to.contain('is not for this host, but for one.example, *.two.example (')
      .and.not.contain('NODE_EXTRA_CA_CERTS');
  });

  it('that has expired is nothing that a CA would mend', async () => {
    const error = await fail(['localhost'], true, -1_000);
    expect(error).to.include({ permanent: true, reason: 'CERT_HAS_EXPIRED' });
    expect(error.message).to.contain('must renew it').and.not.contain('NODE_EXTRA_CA_CERTS');
  });

  it('of an unknown authority tells where to give its CA', async () => {
    const error = await fail(['localhost'], false);
    expect(error).to.include({ permanent: true, reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(error.message).to.contain('NODE_EXTRA_CA_CERTS').and.contain('http option');
  });
});

describe('a handshake', () => {
  const endpoint = (port: number) => `https://localhost:${port}/token`;

  it('with a plain port fails at once, and for good', async () => {
    for (const answer of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'SSH-2.0-OpenSSH_9.2\r\n', 'x'.repeat(64)]) {
      const server = await startPlainServer(answer);
      const error = await failureOf(endpoint(server.port));
      server.stop();
      expect(error).to.include({ permanent: true });
      expect(error.message).to.contain(
        'does not speak TLS. Is the port in tokenEndpoint (or issuer, or jwksUri) right?',
      );
    }
  });

  it('without a version in common fails for good', async () => {
    const authority = await CertificateAuthority.create();
    const server = tls.createServer({ ...(await authority.issue(['localhost'])), minVersion: 'TLSv1.3' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const httpsAgent = new https.Agent({ ca: authority.pem, maxVersion: 'TLSv1.2' });
    const error = await failureOf(
      endpoint((server.address() as AddressInfo).port),
      axios.create({ httpsAgent }),
    );
    server.close();
    expect(error).to.include({ permanent: true });
    expect(error.message).to.contain('agree on no version or cipher');
  });

  it('that lacks the client certificate says where to give it', async () => {
    const authority = await CertificateAuthority.create();
    const own = await authority.issue(['localhost']);
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const server = https.createServer({ ...own, ca: authority.pem, requestCert: true, maxVersion });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const httpsAgent = new https.Agent({ ca: authority.pem });
      const error = await failureOf(
        endpoint((server.address() as AddressInfo).port),
        axios.create({ httpsAgent }),
      );
      server.close();
      expect(error, maxVersion).to.include({ permanent: true });
      expect(error.message, maxVersion).to.contain('client certificate').and.contain('cert and key');
    }
  });

  it('in which the server refuses a client certificate names that, and what to do', () => {
    const shown = { cert: 'x', key: 's3cret' };
    const fault = (code: string) => readFault(Object.assign(new Error('x'), { code }), (text) => text);
    const table = [
      ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /client certificate cannot be read: it must be PEM/],
      ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', /that the client authentication gives/],
      ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
    ] as const;
    for (const [code, remedy] of table) {
      const error = tlsFailure(fault(code), ADDRESS, shown);
      expect(error).to.include({ permanent: true });
      expect(error?.message).to.match(remedy).and.not.contain('s3cret');
    }
  });

  const table: readonly (readonly [string, string, boolean, RegExp])[] = [
    [
      'EPROTO',
      'write EPROTO 80:error:0A00010B:SSL routines:x:wrong version number:',
      true,
      /does not speak TLS/,
    ],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'x', true, /does not speak TLS/],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'x', true, /does not speak TLS/],
    ['EPROTO', 'x:sslv3 alert handshake failure:', true, /no version or cipher/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'x', true, /no version or cipher/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'x', true, /client certificate/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'x', true, /client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'x', true, /client certificate/],
    [
      'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
      'x',
      true,
      /Check subdomain or tokenEndpoint \(or issuer, or jwksUri\)\./,
    ],
    ['ERR_OSSL_PEM_NO_START_LINE', 'x', true, /given by the http option/],
    ['ERR_SSL_ODD', 'x', true, /speak TLS\?/],
    ['EPROTO', 'read EPROTO', true, /speak TLS\?/],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'x', false, /speak TLS\?/],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'x', false, /speak TLS\?/],
    ['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'x', false, /speak TLS\?/],
  ];
  for (const [code, message, permanent, remedy] of table) {
    it(`that fails by ${code} (${message}) ${permanent ? 'stays so' : 'may pass'}`, () => {
      const error = judge(code, message);
      expect(error).to.include({ permanent, reason: code });
      expect(error?.message).to.match(remedy);
    });
  }
});

describe('plain http to a port that speaks TLS', () => {
  const answers = [
    '<center>The plain HTTP request was sent to HTTPS port</center>',
    "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
    'Client sent an HTTP request to an HTTPS server.\n',
    'Bad Request\nThis combination of host and port requires TLS.\n',
  ];
  for (const body of answers) {
    it(`is told where the server says "${body.slice(0, 40)}…"`, async () => {
      const server = http.createServer((_, response) => response.writeHead(400).end(body));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
      const error = await failureOf(`${url}?tenant=1`);
      server.close();
      expect(error).to.include({ permanent: true, reason: 'EPROTO' });
      expect(error.message).to.equal(
        `${url} was sent plain http, but speaks TLS. Write https:// in tokenEndpoint (or issuer, or jwksUri).`,
      );
    });
  }

  it('is told where the server sends an alert of TLS', async () => {
    const server = await RawServer.start((socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])));
    const error = await failureOf(`http://127.0.0.1:${server.port}/token`);
    await server.stop();
    expect(error).to.include({ permanent: true, reason: 'EPROTO' });
  });

  it('is thought of where the server closes the connection', async () => {
    const authority = await CertificateAuthority.create();
    const server = https.createServer(await authority.issue(['localhost']));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const error = await failureOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`);
    server.close();
    expect(error).to.include({ permanent: false, reason: 'ECONNRESET' });
    expect(error.message).to.contain('If that port speaks TLS, write https://');
  });

  it('is nothing that other answers look like', () => {
    const [body = ''] = answers;
    expect(plainTextRefusal('https://as.example/', { status: 400, body })).to.equal(undefined);
    expect(plainTextRefusal('http://as.example/', { status: 200, body })).to.equal(undefined);
    expect(plainTextRefusal('http://as.example/', { status: 400, body: '{"error":"x"}' })).to.equal(
      undefined,
    );
    const fault = readFault(new Error('x'), (text) => text);
    expect(plainTextFailure(fault, 'http://as.example/')).to.equal(undefined);
  });
});
