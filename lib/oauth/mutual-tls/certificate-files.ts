import { createHash } from 'node:crypto';
import { ConfigurationError, TokenRequestError } from '../../ground/errors.js';
import type { FileText, TextFile } from '../../ground/files/text-file.js';
import { type CertificatePair, MismatchedPair, readCertificatePair } from './certificate-pair.js';

const NAMES = { cert: 'certFile', key: 'keyFile' } as const;

/**
 * A certificate and its key in two files that others replace. While they do not fit each other, or one is half written, the pair that
 * was read before them stays in use.
 */
export class CertificateFiles {
  readonly #cert: TextFile;
  readonly #key: TextFile;
  readonly #passphrase: string | undefined;
  #pair: CertificatePair | undefined;
  /** What `#pair` was read from. */
  #read: string | undefined;
  #reading: Promise<CertificatePair> | undefined;

  /** @throws {ConfigurationError} when one of them cannot be used as it is; they may belong to different pairs for a moment */
  constructor(files: { cert: TextFile; key: TextFile }, passphrase: string | undefined) {
    this.#cert = files.cert;
    this.#key = files.key;
    this.#passphrase = passphrase;
    try {
      this.#keep(files.cert.readNow(), files.key.readNow());
    } catch (error) {
      if (!(error instanceof MismatchedPair)) throw error;
    }
  }

  /** Names both files where others can read. */
  get digest(): string {
    return createHash('sha256').update(`${this.#cert.digest} ${this.#key.digest}`).digest('base64url');
  }

  /** The pair that was last read, if any. */
  get known(): CertificatePair | undefined {
    return this.#pair;
  }

  /**
   * Reads both files. All who ask while that goes on share it.
   * @throws {TokenRequestError} when there never was a pair
   */
  async current(): Promise<CertificatePair> {
    this.#reading ??= this.#readAgain().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAgain(): Promise<CertificatePair> {
    const [cert, key] = await Promise.all([this.#cert.read(), this.#key.read()]);
    try {
      return this.#keep(cert, key);
    } catch (error) {
      if (this.#pair) return this.#pair;
      const { message } = error as ConfigurationError;
      throw new TokenRequestError(`No token request was sent: ${message}`, 'ERR_CLIENT_CERTIFICATE');
    }
  }

  #keep(certFile: FileText, keyFile: FileText): CertificatePair {
    const cert = textOf(NAMES.cert, certFile);
    const key = textOf(NAMES.key, keyFile);
    const read = `${cert}\n${key}`;
    if (this.#pair && read === this.#read) return this.#pair;
    this.#pair = readCertificatePair({ cert, key, passphrase: this.#passphrase, names: NAMES });
    this.#read = read;
    return this.#pair;
  }
}

function textOf(option: string, file: FileText): string {
  if ('problem' in file) throw new ConfigurationError(option, `${file.problem}.`);
  return file.text;
}
