/** The token request that a proof is made for. */
export interface TokenRequestDraft {
  readonly clientId: string;
  /** The full address that the request goes to. */
  readonly tokenEndpoint: string;
  /** The issuer of the server (RFC 8414 §2), where it is known by the option `issuer`. */
  readonly issuer?: string | undefined;
  /** How long the proof may take, in ms; after that the attempt fails. */
  readonly timeoutMs: number;
  /** Aborted when nobody needs the proof any more, or `timeoutMs` are over. */
  readonly signal: AbortSignal;
}

/** What proves the client in one request: headers or form parameters, never both for the same credentials. */
export interface ClientProof {
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
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
  /** What must never show, in any encoding. */
  secrets(): readonly string[];
}
