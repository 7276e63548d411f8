import { ConfigurationError, TokenRequestError } from '../../ground/errors.js';
import type { FileText, TextFile } from '../../ground/files/text-file.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
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
  /** The texts that `#pair` was read from. */
  #source: string | undefined;
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
    return nodeCrypto()
      .createHash('sha256')
      .update(`${this.#cert.digest} ${this.#key.digest}`)
      .digest('base64url');
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
    this.#reading ??= this.#readOrKeep().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /**
   * Reads them after a refusal. What is wrong with them is told from now on: the pair before them is of no use any more.
   * @returns the pair, if they are one
   */
  async afterRefusal(): Promise<CertificatePair | undefined> {
    try {
      return await this.#read();
    } catch {
      this.#pair = undefined;
      return undefined;
    }
  }

  async #readOrKeep(): Promise<CertificatePair> {
    try {
      return await this.#read();
    } catch (error) {
      if (this.#pair) return this.#pair;
      const { option, message } = error as ConfigurationError;
      const file = option === NAMES.cert ? this.#cert : this.#key;
      const problem = `${option} (${file.path}) ${message.slice(option.length + 2)}`;
      throw new TokenRequestError(`No token request was sent: ${problem}`, 'ERR_CLIENT_CERTIFICATE');
    }
  }

  async #read(): Promise<CertificatePair> {
    const [cert, key] = await Promise.all([this.#cert.read(), this.#key.read()]);
    return this.#keep(cert, key);
  }

  #keep(certFile: FileText, keyFile: FileText): CertificatePair {
    const cert = textOf(NAMES.cert, certFile);
    const key = textOf(NAMES.key, keyFile);
    const source = `${cert}\n${key}`;
    if (this.#pair && source === this.#source) return this.#pair;
    this.#pair = readCertificatePair({ cert, key, passphrase: this.#passphrase, names: NAMES });
    this.#source = source;
    return this.#pair;
  }
}

function textOf(option: string, file: FileText): string {
  if ('problem' in file) throw new ConfigurationError(option, `${file.problem}.`);
  return file.text;
}
