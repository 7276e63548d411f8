import { ConfigurationError } from '../../ground/errors.js';
import { type FileText, TextFile } from '../../ground/files/text-file.js';
import type { TokenRequestDraft } from '../../options/client-authenticator.js';
import { userFunctionFailure } from '../client-authentication/user-function.js';
import { SigningKey } from '../jwt/signing-key.js';
import type { Signer, SignerSource } from './assertion-authenticator.js';

const OPTION = 'key.file';

/** What of the options is about the key. */
export interface KeyOptions {
  readonly alg: unknown;
  readonly kid: string | undefined;
}

/**
 * A private key in a file, which may be replaced at any time. While the file is missing, half-written or no key, the last good key
 * is used.
 */
export class KeyFile implements SignerSource {
  readonly #file: TextFile;
  readonly #options: KeyOptions;
  #text: string | undefined;
  /** The last good one; `undefined` once the server has refused it while the file holds no other. */
  #signer: Signer | undefined;

  /** @throws {ConfigurationError} when there is no such file, or no key in it that can be used */
  constructor(file: unknown, options: KeyOptions) {
    this.#options = options;
    this.#file = TextFile.find(OPTION, file);
    const fault = this.#take(this.#file.readNow());
    if (fault) throw fault;
  }

  /** Of the file, since the key in it changes. */
  get id(): string {
    return `private_key_jwt file ${this.#file.digest}`;
  }

  async current(): Promise<Signer> {
    const fault = this.#take(await this.#file.read());
    if (this.#signer) return this.#signer;
    const of = { name: `the key file ${this.#file.path}`, reason: 'ERR_CLIENT_KEY' };
    throw userFunctionFailure(of, `${fault?.message.slice(fault.option.length + 2)}`);
  }

  async renew(_: TokenRequestDraft, refused: Signer): Promise<boolean> {
    const fault = this.#take(await this.#file.read());
    if (fault) this.#signer = undefined;
    return this.#signer !== undefined && this.#signer !== refused;
  }

  /** Makes what was read the key to use. Gives what is wrong with it, or with `alg`, if anything: then nothing changes. */
  #take(read: FileText): ConfigurationError | undefined {
    if ('problem' in read) return new ConfigurationError(OPTION, `${read.problem}.`);
    if (this.#signer && read.text === this.#text) return undefined;
    try {
      this.#signer = SigningKey.read(read.text, { option: OPTION, ...this.#options });
      this.#text = read.text;
      return undefined;
    } catch (error) {
      return error as ConfigurationError;
    }
  }
}
