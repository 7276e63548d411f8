import { TokenRequestError } from '../ground/errors.js';
import { publicAddressOf } from '../ground/url.js';
import type { ClientCertificate } from '../options/client-authenticator.js';
import { certificateRemedy } from './mutual-tls/certificate-remedy.js';
import { ADDRESS_OPTION, type RequestFault } from './request-fault.js';

const NAME = `Check the host in subdomain or ${ADDRESS_OPTION}. If it is right, something else answers in its place: a proxy, a login page of the network, or a wrong DNS entry.`;
const EXPIRED =
  'Whoever runs the server must renew it. If it is still valid, the clock of this machine is wrong.';
const CLOCK = 'Most likely the clock of this machine is slow.';
const AUTHORITY =
  'If you trust it (an authority of your own, or of a proxy that reads TLS), give its CA by the environment variable NODE_EXTRA_CA_CERTS, or by the http option (httpsAgent with ca).';
const CHAIN = `The server may leave out its intermediate certificate. ${AUTHORITY}`;
const REPLACE = 'Whoever runs the server must replace its certificate.';
const REVOCATION =
  'The list of revoked certificates in the http option (httpsAgent with crl) must be mended.';

/**
 * OpenSSL's verdicts on a certificate, as Node.js names them: trying again changes none of them. Of its list, `OUT_OF_MEM` alone is
 * missing.
 * @see {@link https://nodejs.org/api/tls.html#x509-certificate-error-codes}
 */
const CERTIFICATE_REMEDIES: ReadonlyMap<string, string> = new Map([
  ['ERR_TLS_CERT_ALTNAME_INVALID', NAME],
  ['ERR_TLS_CERT_ALTNAME_FORMAT', REPLACE],
  ['HOSTNAME_MISMATCH', NAME],
  ['CERT_HAS_EXPIRED', EXPIRED],
  ['CERT_NOT_YET_VALID', CLOCK],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', CHAIN],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', CHAIN],
  ['CERT_UNTRUSTED', AUTHORITY],
  ['CERT_REJECTED', AUTHORITY],
  ['CERT_CHAIN_TOO_LONG', REPLACE],
  ['CERT_REVOKED', REPLACE],
  ['CERT_SIGNATURE_FAILURE', REPLACE],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', REPLACE],
  ['ERROR_IN_CERT_NOT_BEFORE_FIELD', REPLACE],
  ['INVALID_CA', REPLACE],
  ['INVALID_PURPOSE', REPLACE],
  ['PATH_LENGTH_EXCEEDED', REPLACE],
  ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', REPLACE],
  ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', REPLACE],
  // Node.js has no name for the younger verdicts; the message has.
  ['UNSPECIFIED', REPLACE],
  ['CRL_HAS_EXPIRED', REVOCATION],
  ['CRL_NOT_YET_VALID', REVOCATION],
  ['CRL_SIGNATURE_FAILURE', REVOCATION],
  ['ERROR_IN_CRL_LAST_UPDATE_FIELD', REVOCATION],
  ['ERROR_IN_CRL_NEXT_UPDATE_FIELD', REVOCATION],
  ['UNABLE_TO_DECRYPT_CRL_SIGNATURE', REVOCATION],
  ['UNABLE_TO_GET_CRL', REVOCATION],
]);

const PLAIN_PORT =
  /wrong version number|packet length too long|http request|unknown protocol|record layer failure/;

export const WANTS_CERTIFICATE =
  'The server wants a client certificate, or refuses the one it got: give it by authentication (tlsClient() of m2m-token-provider/client-auth), or by the http option (httpsAgent with cert and key).';

/** What OpenSSL says when there is no handshake: by its code in newer, in the message in older versions of Node.js. */
const HANDSHAKE_REMEDIES: readonly (readonly [RegExp, string])[] = [
  [PLAIN_PORT, `What listens there does not speak TLS. Is the port in ${ADDRESS_OPTION} right?`],
  [/unrecognized name/, `The server does not know this host name. Check subdomain or ${ADDRESS_OPTION}.`],
  [
    /certificate required|bad certificate|alert unknown ca|certificate unknown|certificate expired|certificate revoked|no certificate/,
    WANTS_CERTIFICATE,
  ],
  [
    /handshake failure|protocol version|unsupported protocol|insufficient security|no shared cipher|legacy renegotiation|key too small|no application protocol/,
    'This machine and the server agree on no version or cipher of TLS, or the server wants a client certificate (authentication: tlsClient(), or http option: httpsAgent with cert and key).',
  ],
];

/** Handshakes that may succeed the next time. */
const PASSING = /internal error|bad record mac|decrypt|unexpected eof|user cancel|close notify/;

const OWN_FILES = 'Check the certificate, the key and the CA that were given by the http option.';
const OWN_PROOF = 'Check the certificate and the key that the client authentication gives.';

export interface TlsRemedy {
  readonly remedy: string;
  readonly isPermanent: boolean;
  readonly isPlainPort: boolean;
}

export function isTlsFault({ code }: RequestFault): boolean {
  return CERTIFICATE_REMEDIES.has(code) || code === 'EPROTO' || /^ERR_(SSL|OSSL)_/.test(code);
}

/** What to do about a fault of TLS, towards a server that the client has shown this certificate, if any. */
export function tlsRemedy({ code, message }: RequestFault, shown?: ClientCertificate): TlsRemedy {
  const certificate = CERTIFICATE_REMEDIES.get(code);
  if (certificate) return { remedy: certificate, isPermanent: true, isPlainPort: false };
  if (code.startsWith('ERR_OSSL_'))
    return { remedy: shown ? OWN_PROOF : OWN_FILES, isPermanent: true, isPlainPort: false };
  const said = `${code} ${message}`.toLowerCase().replaceAll('_', ' ');
  const [, found = `Does the port in ${ADDRESS_OPTION} speak TLS?`] =
    HANDSHAKE_REMEDIES.find(([pattern]) => pattern.test(said)) ?? [];
  const remedy = shown && found === WANTS_CERTIFICATE ? certificateRemedy(said, shown) : found;
  return { remedy, isPermanent: !PASSING.test(said), isPlainPort: PLAIN_PORT.test(said) };
}

/** The error for a fault of TLS; `undefined` for any other fault. */
export function tlsFailure(
  fault: RequestFault,
  address: string,
  shown?: ClientCertificate,
): TokenRequestError | undefined {
  if (!isTlsFault(fault)) return undefined;
  const { remedy, isPermanent } = tlsRemedy(fault, shown);
  return new TokenRequestError(`${describe(fault, address)} ${remedy}`, fault.code, isPermanent);
}

function describe({ code, words, certificateNames }: RequestFault, address: string): string {
  const remedy = CERTIFICATE_REMEDIES.get(code);
  if (remedy === NAME) {
    const names = certificateNames?.replaceAll(/(DNS|IP Address):/g, '') ?? 'other names';
    return `The TLS certificate that came from ${address} is not for this host, but for ${names} (${code}).`;
  }
  if (remedy === EXPIRED) return `The TLS certificate of ${address} has expired (${code}).`;
  if (remedy === CLOCK) return `The TLS certificate of ${address} is not valid yet (${code}).`;
  if (remedy) return `The TLS certificate of ${address} is not trusted: ${words}.`;
  return `There is no TLS connection to ${address}: ${words}.`;
}

/** How nginx, Apache, Go and Tomcat answer plain http where they expect TLS. */
const WANTS_TLS =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|HTTP request to an HTTPS server|requires TLS/;

/** The error for plain http that was sent to a port which speaks TLS; `undefined` for any other answer. */
export function plainTextRefusal(url: string, { status, body }: { status: number; body: string }) {
  return url.startsWith('http:') && status === 400 && WANTS_TLS.test(body) ? wantsTls(url) : undefined;
}

/** The same, for a server that answers with an alert of TLS. */
export function plainTextFailure(
  { rawPacket }: RequestFault,
  address: string,
): TokenRequestError | undefined {
  const isAlert = rawPacket?.[0] === 0x15 && rawPacket[1] === 0x03;
  return isAlert && address.startsWith('http:') ? wantsTls(address) : undefined;
}

function wantsTls(url: string): TokenRequestError {
  return new TokenRequestError(
    `${publicAddressOf(url)} was sent plain http, but speaks TLS. Write https:// in ${ADDRESS_OPTION}.`,
    'EPROTO',
    true,
  );
}
