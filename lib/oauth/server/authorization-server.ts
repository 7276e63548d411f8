import { publicAddressOf } from '../../ground/url.js';

/** What a token request must know of its server (RFC 8414 §2). */
export interface ServerMetadata {
  /** The full address of the token endpoint, query included. */
  readonly tokenEndpoint: string;
  /** Where the server is known by it. */
  readonly issuer?: string | undefined;
  /** Where tokens are revoked (RFC 7009 §2), if that is known. */
  readonly revocationEndpoint?: string | undefined;
  /**
   * The token endpoint for clients that prove themselves by a certificate, where it is another one (RFC 8705 §5).
   * @throws {TokenResponseError} when what the server names is not fit for use: a fault for these clients alone
   */
  readonly mtlsTokenEndpoint?: (() => string) | undefined;
  /** Where these clients revoke tokens, if that is another address; throws as above. */
  readonly mtlsRevocationEndpoint?: (() => string) | undefined;
}

/** Where tokens come from. Its identity is known at once; its token endpoint may have to be discovered. */
export interface AuthorizationServer {
  /** Tells this server from every other one: part of the target. */
  readonly id: string;
  /** How the server is named in errors, events and `status()`: an address without its query. */
  readonly address: string;
  /**
   * What is known of the server, at once where nothing needs to be asked.
   * @throws {TokenAttemptError} when it cannot be found out
   */
  metadata(signal: AbortSignal): ServerMetadata | Promise<ServerMetadata>;
  /** Its token endpoint does not seem to be there any more. */
  doubt?(): void;
}

/** A server that is known by the address of its token endpoint: nothing needs to be discovered. */
export class KnownTokenEndpoint implements AuthorizationServer, ServerMetadata {
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  #address: string | undefined;

  constructor(tokenEndpoint: string, revocationEndpoint?: string) {
    this.tokenEndpoint = tokenEndpoint;
    this.revocationEndpoint = revocationEndpoint;
  }

  get id(): string {
    return this.tokenEndpoint;
  }

  get address(): string {
    this.#address ??= publicAddressOf(this.tokenEndpoint);
    return this.#address;
  }

  metadata(): ServerMetadata {
    return this;
  }
}
