import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import { certificateOf } from './presented-certificate.js';

/** What a server says of a token that it has given. */
export interface KnownToken {
  readonly isValid: boolean;
  readonly jkt?: string | undefined;
  readonly 'x5t#S256'?: string | undefined;
}

export type FindToken = (token: string) => Promise<unknown>;

/** How an API has judged a request. */
export interface Judged {
  readonly status: number;
  /** Why it was refused. */
  readonly error: string | undefined;
  readonly claims: JWTPayload | undefined;
  /** Which of the headers came that hold a token or a proof. */
  readonly headers?: readonly string[];
}

/** An API that takes bearer tokens, tokens that are bound to a certificate (RFC 8705 §3), and DPoP proofs (RFC 9449 §7). */
export class ProtectedApi {
  readonly judged: Judged[] = [];
  /** The nonce that proofs must hold; none by default. */
  nonce: string | undefined;
  /** Whether a nonce is good for one proof alone: then each answer names the next one. */
  hasNonceForOnce = false;
  readonly #find: FindToken;
  readonly #seen = new Set<string>();
  readonly #unused = new Set<string>();

  constructor(find: FindToken) {
    this.#find = find;
  }

  /** From now on proofs must hold another nonce. */
  changeNonce(): string {
    this.nonce = randomUUID();
    return this.nonce;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const _ of request);
    const location = new URL(request.url ?? '', 'https://api.example').searchParams.get('redirect');
    if (location !== null && !this.hasNonceForOnce) {
      response.writeHead(307, { Location: location }).end();
      return;
    }
    const judged = await this.#judge(request).catch(() => refused('invalid_dpop_proof'));
    const headers = ['authorization', 'dpop'].filter((name) => request.headers[name] !== undefined);
    this.judged.push({ ...judged, headers });
    if (this.hasNonceForOnce) this.#unused.add(this.changeNonce());
    if (this.nonce) response.setHeader('DPoP-Nonce', this.nonce);
    if (judged.error) response.setHeader('WWW-Authenticate', `DPoP error="${judged.error}", algs="ES256"`);
    if (location !== null && judged.status === 200) {
      response.writeHead(307, { Location: location }).end();
      return;
    }
    response
      .writeHead(judged.status, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ error: judged.error }));
  }

  async #judge(request: IncomingMessage): Promise<Judged> {
    const [scheme = '', value = ''] = request.headers.authorization?.split(' ') ?? [];
    const token = (await this.#find(value)) as KnownToken | undefined;
    if (!token?.isValid) return refused('invalid_token');
    const { jkt, 'x5t#S256': x5t } = token;
    if (x5t !== undefined && x5t !== thumbprintOf(request)) return refused('invalid_token');
    if (jkt === undefined)
      return scheme === 'Bearer'
        ? { status: 200, error: undefined, claims: undefined }
        : refused('invalid_token');
    return scheme === 'DPoP' ? this.#judgeProof(request, value, jkt) : refused('invalid_token');
  }

  async #judgeProof(request: IncomingMessage, token: string, jkt: string): Promise<Judged> {
    const proof = request.headers.dpop;
    if (typeof proof !== 'string') return refused('invalid_dpop_proof');
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' });
    const { jti = '', htm, htu, ath, nonce, iat = 0 } = payload;
    const url = new URL(request.url ?? '', `https://${request.headers.host}`);
    const isGood =
      (await calculateJwkThumbprint(protectedHeader.jwk as object)) === jkt &&
      htm === request.method &&
      htu === `${url.origin}${url.pathname}` &&
      ath === createHash('sha256').update(token).digest('base64url') &&
      Math.abs(iat - Date.now() / 1_000) < 60;
    if (!isGood || this.#seen.has(jti)) return refused('invalid_dpop_proof', payload);
    this.#seen.add(jti);
    if (!this.#takesNonce(nonce)) return refused('use_dpop_nonce', payload);
    return { status: 200, error: undefined, claims: payload };
  }

  #takesNonce(nonce: unknown): boolean {
    if (this.hasNonceForOnce) return this.#unused.delete(String(nonce));
    return this.nonce === undefined || nonce === this.nonce;
  }
}

function refused(error: string, claims?: JWTPayload): Judged {
  return { status: 401, error, claims };
}

function thumbprintOf(request: IncomingMessage): string | undefined {
  const fingerprint = certificateOf(request)?.fingerprint256.replaceAll(':', '');
  return fingerprint && Buffer.from(fingerprint, 'hex').toString('base64url');
}
