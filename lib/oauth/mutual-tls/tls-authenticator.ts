import type {
  ClientAuthenticator,
  ClientProof,
  TokenRequestDraft,
} from '../../options/client-authenticator.js';
import type { CertificateFiles } from './certificate-files.js';
import type { CertificatePair } from './certificate-pair.js';

/** Where the certificate comes from: the same one always, or files. */
interface CertificateSource {
  readonly known: CertificatePair | undefined;
  current(): CertificatePair | Promise<CertificatePair>;
  /** What there is after the server has refused a certificate, if anything. */
  afterRefusal(): CertificatePair | undefined | Promise<CertificatePair | undefined>;
}

/** Proves the client by a certificate in TLS (RFC 8705 §2). */
export class TlsAuthenticator implements ClientAuthenticator {
  readonly id: string;
  readonly #source: CertificateSource;
  readonly #passphrase: string | undefined;

  private constructor(name: string, source: CertificateSource, passphrase: string | undefined) {
    // The server alone knows whether it is tls_client_auth or self_signed_tls_client_auth.
    this.id = `tls_client_auth ${name}`;
    this.#source = source;
    this.#passphrase = passphrase;
  }

  /** By a certificate that stays. */
  static of(pair: CertificatePair, passphrase?: string): ClientAuthenticator {
    const source = { known: pair, current: () => pair, afterRefusal: () => pair };
    return new TlsAuthenticator(pair.thumbprint, source, passphrase);
  }

  /** By what is in two files. */
  static ofFiles(files: CertificateFiles, passphrase?: string): ClientAuthenticator {
    return new TlsAuthenticator(`files ${files.digest}`, files, passphrase);
  }

  async authenticate({ clientId }: TokenRequestDraft): Promise<ClientProof> {
    const { certificate } = await this.#source.current();
    // §2: the server finds the client by its id, and then looks at the certificate.
    return { parameters: { client_id: clientId }, certificate };
  }

  async renew(_: TokenRequestDraft, { certificate: refused }: ClientProof): Promise<boolean> {
    const pair = await this.#source.afterRefusal();
    return pair !== undefined && pair.certificate.cert !== refused?.cert;
  }

  /** The thumbprint that the server puts into tokens as `cnf` (RFC 8705 §3.1). */
  async binding(): Promise<string> {
    return (await this.#source.current()).thumbprint;
  }

  secrets(): readonly string[] {
    const key = this.#source.known?.certificate.key;
    return [this.#passphrase, key].filter((secret) => secret !== undefined);
  }
}
