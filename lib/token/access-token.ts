import { type Claims, decodeClaims } from './claims.js';

/** What is known of a token besides its value. */
export interface AccessTokenFacts {
  readonly tokenType: string;
  readonly scope: string | undefined;
  readonly issuedAt: number;
  readonly dueAt: number;
  readonly expiresAt: number;
}

/**
 * An access token and its times. Only `value` holds the token itself: it appears neither in `JSON.stringify` nor in
 * `console.log` of this object.
 */
export class AccessToken implements AccessTokenFacts {
  /**
   * What the server calls its kind of token: a spelling of `Bearer`, `BearerToken`, or a value of the option `tokenType`; `Bearer`
   * where it says nothing. Whatever stands here, the token is sent as `Bearer` (RFC 6750 §2.1); with the option `dpop` it is `DPoP`.
   */
  readonly tokenType: string;
  /**
   * The scope the server says it granted; `undefined` where it says nothing. May differ from what was asked. Up to 4,096
   * characters; without control characters, secret and token.
   */
  readonly scope: string | undefined;
  /** When it was asked for (ms since the epoch), which is never later than when it was issued. */
  readonly issuedAt: number;
  /** From when on it should be renewed (ms since the epoch). It stays fully usable. */
  readonly dueAt: number;
  /** When it ends (ms since the epoch). It is handed out only until shortly before. */
  readonly expiresAt: number;
  readonly #value: string;
  #claims: { readonly decoded: Claims | undefined } | undefined;

  constructor(value: string, { tokenType, scope, issuedAt, dueAt, expiresAt }: AccessTokenFacts) {
    this.#value = value;
    this.tokenType = tokenType;
    this.scope = scope;
    this.issuedAt = issuedAt;
    this.dueAt = dueAt;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }

  /** The token itself: a secret, to be sent to the API and shown to nobody. */
  get value(): string {
    return this.#value;
  }

  /** The claims of a JWT, decoded at the first look and NOT verified; `undefined` for any other kind of token. */
  get claims(): Claims | undefined {
    this.#claims ??= { decoded: decodeClaims(this.#value) };
    return this.#claims.decoded;
  }

  /** What `util.inspect` shows: everything but the value. */
  [Symbol.for('nodejs.util.inspect.custom')](): AccessTokenFacts {
    return { ...this };
  }
}
