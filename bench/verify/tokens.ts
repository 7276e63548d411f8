import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

export const algorithms = ['RS256', 'ES256'] as const;
export type Algorithm = (typeof algorithms)[number];

export const AUDIENCE = 'https://api.example.com';
/** Where the keys are at an issuer, for all that ask. */
export const JWKS_PATH = '/.well-known/jwks.json';

const LIFETIME_S = 36_000;
const RSA_BITS = 2_048;

/** A key of the authorization server, in a form that can be sent to another process. */
export interface SigningKey {
  readonly algorithm: Algorithm;
  readonly kid: string;
  readonly secret: JsonWebKey;
  readonly published: JsonWebKey;
}

export function makeSigningKey(algorithm: Algorithm): SigningKey {
  const kid = `${algorithm}-key`;
  const { privateKey, publicKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const published = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { algorithm, kid, secret: privateKey.export({ format: 'jwk' }), published };
}

/** What the key endpoint answers. */
export function makeJwks(keys: readonly SigningKey[]): string {
  return JSON.stringify({ keys: keys.map(({ published }) => published) });
}

/** Signs tokens of some 800 characters. */
export class TokenMaker {
  readonly #issuer: string;
  readonly #key: KeyObject;
  readonly #header: string;
  #made = 0;

  constructor(issuer: string, { algorithm, kid, secret }: SigningKey) {
    this.#issuer = issuer;
    this.#key = createPrivateKey({ key: secret, format: 'jwk' });
    this.#header = base64url({ alg: algorithm, typ: 'JWT', kid });
  }

  /** Another one each time. These claims take the place of the usual ones. */
  make(claims: Readonly<Record<string, unknown>> = {}): string {
    const signed = `${this.#header}.${base64url({ ...this.#usualClaims(), ...claims })}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** The signature of that token below other claims. */
  forge(token: string): string {
    const [, , signature] = token.split('.');
    return `${this.#header}.${base64url(this.#usualClaims())}.${signature}`;
  }

  #usualClaims(): object {
    this.#made += 1;
    const iat = Math.floor(Date.now() / 1_000);
    return {
      iss: this.#issuer,
      aud: AUDIENCE,
      sub: 'service-of-orders',
      client_id: 'service-of-orders',
      scope: 'orders:read orders:write invoices:read invoices:write customers:read',
      iat,
      exp: iat + LIFETIME_S,
      jti: `${this.#made}`.padStart(36, '0'),
    };
  }
}

function base64url(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
