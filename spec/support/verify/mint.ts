import { constants, createHmac, type KeyLike, sign } from 'node:crypto';
import type { KeyPair, Keys } from './keys.js';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://api.example';
/** Nobody is told. */
export const SUBJECT = 'caller-5c1f';

/** Makes the signature over what is to be signed (RFC 7515 §5.1). */
export type Signer = (input: Buffer) => Buffer;

export const rs256 =
  ({ privateKey }: KeyPair): Signer =>
  (input) =>
    sign('sha256', input, privateKey);

export const ps256 =
  ({ privateKey: key }: KeyPair): Signer =>
  (input) =>
    sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });

/** By the key's own curve, whatever the header says. */
export const ecdsa =
  ({ privateKey: key }: KeyPair, hash = 'sha256', dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Signer =>
  (input) =>
    sign(hash, input, { key, dsaEncoding });

export const eddsa =
  ({ privateKey }: KeyPair): Signer =>
  (input) =>
    sign(null, input, privateKey);

export const hs256 =
  (secret: KeyLike): Signer =>
  (input) =>
    createHmac('sha256', secret as string)
      .update(input)
      .digest();

/** What a token is made of, where it differs from a good one. A member that is undefined is left out. */
export interface TokenParts {
  readonly header?: object;
  readonly claims?: object;
  /** In place of the header. */
  readonly headerText?: string | Buffer;
  /** In place of the claims. */
  readonly payload?: string | Buffer;
  readonly by?: Signer;
  readonly signature?: string | Buffer;
}

/** Makes tokens, good and bad, as of one moment. */
export class Mint {
  readonly keys: Keys;
  /** In seconds since the epoch. */
  readonly now: number;
  /** An address that nobody may ask for a key. */
  readonly elsewhere: string;

  constructor(keys: Keys, now: number, elsewhere = 'http://127.0.0.1:9') {
    this.keys = keys;
    this.now = now;
    this.elsewhere = elsewhere;
  }

  claims(changes: object = {}): object {
    const { now } = this;
    return {
      iss: ISSUER,
      sub: SUBJECT,
      aud: AUDIENCE,
      exp: now + 600,
      nbf: now,
      iat: now,
      jti: 'one',
      ...changes,
    };
  }

  header(changes: object = {}): object {
    return { alg: 'RS256', typ: 'JWT', kid: 'rsa', ...changes };
  }

  token(parts: TokenParts = {}): string {
    const { by = rs256(this.keys.rsa) } = parts;
    const input = `${encode(parts.headerText ?? JSON.stringify(this.header(parts.header)))}.${encode(
      parts.payload ?? JSON.stringify(this.claims(parts.claims)),
    )}`;
    return `${input}.${encode(parts.signature ?? by(Buffer.from(input)))}`;
  }

  /** A token with claims as they are written here, in place of one of the usual ones. */
  tokenWritten(claim: string, value: string): string {
    const payload = JSON.stringify(this.claims({ [claim]: '?' })).replace('"?"', value);
    return this.token({ payload });
  }

  /** A good token that is so many characters long. */
  tokenOfLength(length: number): string {
    const bare = this.token({ header: { pad: '' }, claims: { pad: '' } });
    for (let inHeader = 0; inHeader < 3; inHeader += 1) {
      const most = Math.ceil(((length - bare.length) * 3) / 4);
      for (let inClaims = most - 6; inClaims <= most; inClaims += 1) {
        const parts = { header: { pad: 'x'.repeat(inHeader) }, claims: { pad: 'x'.repeat(inClaims) } };
        if (this.token({ ...parts, signature: Buffer.alloc(256) }).length === length)
          return this.token(parts);
      }
    }
    throw new Error(`No token has ${length} characters.`);
  }
}

/** The three parts of a token. */
export function split(token: string): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return [header, payload, signature];
}

export function encode(part: string | Buffer): string {
  return Buffer.from(part).toString('base64url');
}
