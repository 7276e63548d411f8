import { ConfigurationError } from '../../ground/errors.js';
import { TextFile } from '../../ground/files/text-file.js';
import { kindOf } from '../../ground/value-kind.js';
import type { ClientAuthenticator } from '../../options/client-authenticator.js';
import { readFields } from '../../options/option-fields.js';
import { CertificateFiles } from './certificate-files.js';
import { readCertificatePair } from './certificate-pair.js';
import { TlsAuthenticator } from './tls-authenticator.js';

/** A certificate and its key in files, which may be replaced at any time: they are read for every token request. */
export interface TlsClientFiles {
  /** The path of the certificate (PEM), or its `file:` URL. Those between it and the root may follow in the file. */
  readonly certFile: string | URL;
  /** The path of its private key (PEM), or its `file:` URL; it may be the same file. */
  readonly keyFile: string | URL;
  /** Opens the key, where it is encrypted. */
  readonly passphrase?: string;
}

/** A certificate and its key as texts. */
export interface TlsClientTexts {
  /** The certificate (PEM). Those between it and the root may follow. */
  readonly cert: string | Uint8Array;
  /** Its private key (PEM). */
  readonly key: string | Uint8Array;
  /** Opens the key, where it is encrypted. */
  readonly passphrase?: string;
}

/** What {@link tlsClient} takes: files, or texts. */
export type TlsClientOptions = TlsClientFiles | TlsClientTexts;

type AnyOptions = { [Name in keyof (TlsClientFiles & TlsClientTexts)]?: unknown };

const KNOWN = ['certFile', 'keyFile', 'cert', 'key', 'passphrase'] as const;

/**
 * Proves the client by a certificate that it presents in TLS: `tls_client_auth` where an authority has signed it,
 * `self_signed_tls_client_auth` where the server knows the certificate itself. Tokens are bound to the certificate, if the server
 * does that. The CA of a server is no matter of this: `NODE_EXTRA_CA_CERTS`, or the option `http`.
 *
 * Files that are replaced are used from the next token request on. While certificate and key do not belong together, since one was
 * written before the other, the pair before them is used.
 *
 * @throws {ConfigurationError} when a file is not there or cannot be read, or what is given is no certificate and its key
 * @see {@link https://www.rfc-editor.org/rfc/rfc8705#section-2 RFC 8705 §2}
 * @example
 * new TokenProvider({
 *   issuer: 'https://as.example',
 *   clientId: 'acme',
 *   authentication: tlsClient({ certFile: '/etc/tls/tls.crt', keyFile: '/etc/tls/tls.key' }),
 * });
 */
export function tlsClient(options: TlsClientOptions): ClientAuthenticator {
  const { certFile, keyFile, cert, key, passphrase } = readFields<AnyOptions>('options', options, KNOWN);
  if (passphrase !== undefined && (typeof passphrase !== 'string' || passphrase === ''))
    throw new ConfigurationError('passphrase', `must be a text; got ${kindOf(passphrase)}.`);
  const isByFile = certFile !== undefined || keyFile !== undefined;
  if (isByFile && (cert !== undefined || key !== undefined))
    throw new ConfigurationError('certFile', 'contradicts cert and key: give files, or texts.');
  if (isByFile) {
    const files = { cert: TextFile.find('certFile', certFile), key: TextFile.find('keyFile', keyFile) };
    return TlsAuthenticator.ofFiles(new CertificateFiles(files, passphrase), passphrase);
  }
  const names = { cert: 'cert', key: 'key' };
  return TlsAuthenticator.of(readCertificatePair({ cert, key, passphrase, names }), passphrase);
}
