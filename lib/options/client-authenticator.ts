/** The token request that a proof is made for. */
export interface TokenRequestDraft {
  readonly clientId: string;
  /** The full address of the server's token endpoint. */
  readonly tokenEndpoint: string;
  /** The issuer of the server (RFC 8414 §2), where it is known by the option `issuer`. */
  readonly issuer?: string | undefined;
  /** How long the proof may take, in ms; after that the attempt fails. */
  readonly timeoutMs: number;
  /** Aborted when nobody needs the proof any more, or `timeoutMs` are over. */
  readonly signal: AbortSignal;
}

/** A certificate and its private key, by which a client proves itself in TLS (RFC 8705). */
export interface ClientCertificate {
  /** As PEM: the client's own certificate, and after it those between it and the root, if there are any. */
  readonly cert: string;
  /** The private key that belongs to it, as PEM. */
  readonly key: string;
  /** Opens the key, where it is encrypted. */
  readonly passphrase?: string | undefined;
}

/** What proves the client in one request: headers or form parameters, never both for the same credentials. */
export interface ClientProof {
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Presented to the server in TLS, for this request alone. It goes to the `token_endpoint` of the server's `mtls_endpoint_aliases`,
   * where there is one (RFC 8705 §5); `parameters` hold the `client_id` then (§2).
   */
  readonly certificate?: ClientCertificate | undefined;
}

/**
 * How a client proves itself to the token endpoint (RFC 6749 §2.3). One object per method; it knows no cache, no retry, and no
 * time but what it is given.
 */
export interface ClientAuthenticator {
  /**
   * Names the method and, where there are several, the key; holds no secret. Part of the target: clients whose `id` differs share no
   * token. Read once.
   */
  readonly id: string;
  /** Makes the proof for one request. It may read a file or ask a key service. */
  authenticate(request: TokenRequestDraft): ClientProof | Promise<ClientProof>;
  /**
   * Called after the server has refused the client: looks for something newer than the refused proof.
   * @returns whether there is something new to try
   */
  renew?(request: TokenRequestDraft, refused: ClientProof): boolean | Promise<boolean>;
  /**
   * What the tokens of this moment are bound to, such as the thumbprint of a certificate (RFC 8705 §3); nothing secret. Where it may
   * change while `id` stays: processes that share a store share no tokens while it differs.
   */
  binding?(): string | undefined | Promise<string | undefined>;
  /** What must never show, in any encoding. */
  secrets(): readonly string[];
}
