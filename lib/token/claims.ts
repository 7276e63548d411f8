import { isPlainObject } from '../ground/value-kind.js';

/** The payload of a JWT: decoded, not verified. */
export type Claims = Readonly<Record<string, unknown>>;

/** Decodes a JWT's payload (RFC 7519 §3); gives `undefined` for anything that is not a JWT. */
export function decodeClaims(token: string): Claims | undefined {
  const [, payload, signature] = token.split('.');
  if (!payload || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isPlainObject(claims) ? Object.freeze(claims) : undefined;
  } catch {
    return undefined;
  }
}
