/** How an API judges requests with tokens that are bound to a key (RFC 9449 §4.3). */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, type JWK, jwtVerify } from 'jose';

/** Proofs that have been taken: each is good but once. A real API keeps them as long as proofs are good, for all of its processes. */
const taken = new Set<unknown>();

/**
 * What is wrong with a request, as the word for its challenge; `undefined` where nothing is. A real API verifies the token, too.
 * @param nonce - what proofs must hold
 */
export async function judgeBoundRequest(
  request: IncomingMessage,
  nonce: string,
): Promise<string | undefined> {
  const { authorization = '', dpop, host } = request.headers;
  const [scheme, token = ''] = authorization.split(' ');
  if (scheme !== 'DPoP') return 'invalid_token';
  try {
    const { payload, protectedHeader } = await jwtVerify(String(dpop), EmbeddedJWK, {
      typ: 'dpop+jwt',
      maxTokenAge: '1 minute',
    });
    const { pathname } = new URL(request.url ?? '', `http://${host}`);
    const { jkt } = (decodeJwt(token).cnf ?? {}) as { jkt?: string };
    const isGood =
      payload.htm === request.method &&
      payload.htu === `http://${host}${pathname}` &&
      payload.ath === createHash('sha256').update(token).digest('base64url') &&
      jkt === (await calculateJwkThumbprint(protectedHeader.jwk as JWK)) &&
      !taken.has(payload.jti);
    if (!isGood) return 'invalid_dpop_proof';
    taken.add(payload.jti);
    return payload.nonce === nonce ? undefined : 'use_dpop_nonce';
  } catch {
    return 'invalid_dpop_proof';
  }
}
