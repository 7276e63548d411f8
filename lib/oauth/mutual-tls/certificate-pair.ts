import type { KeyObject, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '../../ground/errors.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import { kindOf } from '../../ground/value-kind.js';
import { certificateBlocks } from '../../http/mutual-tls/certificate-chain.js';
import type { ClientCertificate } from '../../options/client-authenticator.js';

/** A certificate and a key as they were given, and the names of the options by which that was done. */
export interface GivenPair {
  readonly cert: unknown;
  readonly key: unknown;
  readonly passphrase?: string | undefined;
  readonly names: { readonly cert: string; readonly key: string };
}

const CONVERT = 'openssl pkcs12 -in client.p12 -out client.pem -nodes writes both as PEM';

/** A certificate, and the key that belongs to it. */
export interface CertificatePair {
  readonly certificate: ClientCertificate;
  /** Of the certificate (RFC 8705 §3.1, `x5t#S256`). */
  readonly thumbprint: string;
}

/**
 * Reads a certificate and its key. Errors repeat nothing of them.
 * @throws {ConfigurationError} when they are not PEM, or do not belong together
 */
export function readCertificatePair({ cert, key, passphrase, names }: GivenPair): CertificatePair {
  const chain = readChain(textOf(names.cert, cert), names);
  const privateKey = readKey(textOf(names.key, key), passphrase, names);
  const [leaf] = chain as [X509Certificate];
  if (!leaf.checkPrivateKey(privateKey)) throw notOfOneKind(chain, privateKey, names);
  return {
    certificate: {
      cert: chain.map(String).join(''),
      // Opened here, once: a passphrase may cost much time.
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    },
    thumbprint: nodeCrypto().createHash('sha256').update(leaf.raw).digest('base64url'),
  };
}

/** The key is not that of the certificate: so it is, for a moment, when one of two files was replaced before the other. */
export class MismatchedPair extends ConfigurationError {}

type Names = GivenPair['names'];

/** Environment variables often hold a PEM text with its line breaks written out. */
function textOf(option: string, value: unknown): string {
  if (typeof value !== 'string' && !(value instanceof Uint8Array))
    throw new ConfigurationError(option, `must be a PEM text; got ${kindOf(value)}.`);
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
  if (!text.includes('-----BEGIN ')) {
    const found = text.trim() === '' ? 'is empty' : 'is no PEM text (-----BEGIN …)';
    throw new ConfigurationError(option, `${found}. From PKCS #12, ${CONVERT}.`);
  }
  return text.includes('\n') ? text : text.replaceAll('\\n', '\n');
}

function readChain(text: string, names: Names): X509Certificate[] {
  const blocks = certificateBlocks(text);
  if (blocks.length === 0) {
    const isSwapped = text.includes('PRIVATE KEY') ? ` It is a private key: give that as ${names.key}.` : '';
    throw new ConfigurationError(names.cert, `holds no certificate.${isSwapped}`);
  }
  const crypto = nodeCrypto();
  return blocks.map((block, place) => {
    try {
      return new crypto.X509Certificate(block);
    } catch {
      const which = blocks.length > 1 ? ` (the ${place + 1}. of ${blocks.length})` : '';
      throw new ConfigurationError(names.cert, `cannot be read as a certificate${which}. Is the PEM whole?`);
    }
  });
}

function readKey(text: string, passphrase: string | undefined, names: Names): KeyObject {
  if (!text.includes('PRIVATE KEY-----')) {
    const isSwapped = text.includes('CERTIFICATE') ? ` It is a certificate: give that as ${names.cert}.` : '';
    throw new ConfigurationError(names.key, `holds no private key.${isSwapped}`);
  }
  const { createPrivateKey } = nodeCrypto();
  try {
    return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    if (!/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text))
      throw new ConfigurationError(names.key, 'cannot be read as a private key. Is the PEM whole?');
    const problem =
      passphrase === undefined
        ? `is missing: ${names.key} is encrypted.`
        : `does not open ${names.key}. If it is right: is the PEM whole?`;
    throw new ConfigurationError('passphrase', problem);
  }
}

function notOfOneKind(chain: readonly X509Certificate[], key: KeyObject, names: Names): MismatchedPair {
  const place = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  const mend =
    place > 0
      ? `is for the ${place + 1}. certificate of ${names.cert}; the client's own must come first.`
      : `does not belong to the certificate in ${names.cert}.`;
  return new MismatchedPair(names.key, mend);
}
