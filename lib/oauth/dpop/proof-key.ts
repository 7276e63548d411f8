import { wallNow } from '../../ground/clock.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import { signingInput, withSignature } from '../jwt/signed-jwt.js';
import type { SigningKey } from '../jwt/signing-key.js';

/** The request that a proof is made for. */
export interface ProvedRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** What the server of this request wants repeated (RFC 9449 §8). */
  readonly nonce?: string | undefined;
  /** The access token that goes along; none in token requests. */
  readonly token?: string | undefined;
}

/** The key that tokens are bound to. It makes a proof for each request that is sent (RFC 9449 §4). */
export class ProofKey {
  /** Of the public half (RFC 7638): what a server writes into the token (RFC 9449 §6). */
  readonly thumbprint: string;
  readonly #key: SigningKey;
  readonly #header: object;

  constructor(key: SigningKey) {
    this.#key = key;
    this.thumbprint = key.thumbprint;
    this.#header = { typ: 'dpop+jwt', alg: key.alg, jwk: key.jwk };
  }

  /** A new proof, also for a request that is sent once more: servers take each but once (RFC 9449 §11.1). */
  prove({ method, url, nonce, token }: ProvedRequest): string {
    const { origin, pathname } = new URL(url);
    const claims = {
      jti: nodeCrypto().randomUUID(),
      htm: method,
      htu: origin + pathname,
      iat: Math.floor(wallNow() / 1_000),
      nonce,
      ath:
        token === undefined ? undefined : nodeCrypto().createHash('sha256').update(token).digest('base64url'),
    };
    const input = signingInput(this.#header, claims);
    return withSignature(input, this.#key.sign(input));
  }
}
