import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { wallNow } from '../ground/clock.js';
import type { TokenVerificationErrorCode } from '../ground/errors.js';
import type { VerificationKey } from './keys/verification-key.js';
import { malformed, type TokenHeader } from './token-parts.js';
import { TokenVerificationError } from './verification-error.js';
import type { VerifierSettings } from './verifier-options.js';

/** A token that was verified. */
export interface VerifiedToken {
  /** All claims, frozen. `iss`, `aud` and `exp` are there, and checked. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the token allows: the claim `scope`, or `scp` where there is none. */
  readonly scope: readonly string[];
}

/** Kept, since each further `import()` of it takes longer than to verify a signature. */
let verification: typeof import('jose/jwt/verify') | undefined;

/** What tokens must be like, in jose's words as well. */
export class TokenRules {
  readonly clockToleranceMs: number;
  readonly #settings: Pick<VerifierSettings, 'issuer' | 'audience'>;
  /** Made once for each algorithm. */
  readonly #options = new Map<string, JWTVerifyOptions>();

  constructor(settings: Pick<VerifierSettings, 'issuer' | 'audience' | 'clockToleranceMs'>) {
    this.#settings = settings;
    this.clockToleranceMs = settings.clockToleranceMs;
  }

  optionsFor(alg: string): JWTVerifyOptions {
    const known = this.#options.get(alg);
    if (known) return known;
    const options: JWTVerifyOptions = {
      algorithms: [alg],
      issuer: this.#settings.issuer,
      audience: [...this.#settings.audience],
      requiredClaims: ['exp'],
      // jose reads the clock in whole seconds: what it would be too strict about is judged by `checkTimes`.
      clockTolerance: this.clockToleranceMs / 1_000 + 1,
      get currentDate() {
        return new Date(wallNow());
      },
    };
    this.#options.set(alg, options);
    return options;
  }
}

/**
 * Verifies the signature by this key, and then the claims.
 * @returns `undefined` when this key has not made the signature
 * @throws {TokenVerificationError} when it has, but the claims are not as they must be
 */
export async function verifyByKey(
  token: string,
  key: VerificationKey,
  { alg }: TokenHeader,
  rules: TokenRules,
): Promise<VerifiedToken | undefined> {
  verification ??= await import('jose/jwt/verify');
  const imported = key.imported(alg) ?? (await key.import(alg));
  if (!imported) return undefined;
  const verified = await verification
    .jwtVerify(token, imported, rules.optionsFor(alg))
    .catch((error: unknown) => judge(error as JoseError));
  return verified && readClaims(verified.payload, rules);
}

/** What of jose's errors is read: nothing that quotes the token. */
interface JoseError {
  readonly code?: string;
  readonly claim?: string;
  readonly reason?: string;
  readonly payload?: JWTPayload;
}

const NOT_YET_VALID = ['ERR_TOKEN_NOT_YET_VALID', 'The token is not valid yet.'] as const;

const CLAIM_CODES: Readonly<Record<string, readonly [TokenVerificationErrorCode, string]>> = {
  iss: ['ERR_TOKEN_ISSUER', 'The token is of another issuer.'],
  aud: ['ERR_TOKEN_AUDIENCE', 'The token is for another audience.'],
  nbf: NOT_YET_VALID,
};

/** `undefined` where another key may have made the signature. */
function judge({ code, claim = '', reason, payload }: JoseError): undefined {
  if (code === 'ERR_JWT_EXPIRED') throw expired();
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    const isOfType = reason === 'check_failed' && (claim !== 'iss' || typeof payload?.iss === 'string');
    const [own, words] = (isOfType && isReadable(claim, payload) && CLAIM_CODES[claim]) || [];
    if (own && words) throw new TokenVerificationError(own, words);
    throw wrongClaim(claim);
  }
  if (code === 'ERR_JWT_INVALID' || code === 'ERR_JWS_INVALID') throw malformed('holds no JSON object');
  // Whatever else keeps jose from verifying by this key, another one may do.
  return undefined;
}

function isReadable(claim: string, payload: JWTPayload | undefined): boolean {
  const { aud } = payload ?? {};
  if (claim !== 'aud') return true;
  return typeof aud === 'string' || (Array.isArray(aud) && aud.every((one) => typeof one === 'string'));
}

const TIMES = ['exp', 'nbf', 'iat'] as const;
const TEXTS = ['sub', 'jti', 'azp', 'client_id'] as const;

function readClaims(payload: JWTPayload, rules: TokenRules): VerifiedToken {
  for (const name of TEXTS)
    if (payload[name] !== undefined && typeof payload[name] !== 'string') throw wrongClaim(name);
  if (!isReadable('aud', payload)) throw wrongClaim('aud');
  for (const name of TIMES)
    if (payload[name] !== undefined && !Number.isFinite(payload[name])) throw wrongClaim(name);
  checkTimes(payload, rules);
  if (payload.cnf !== undefined) {
    const why = 'The token is bound to a key (cnf), whose proof is not checked here.';
    throw new TokenVerificationError('ERR_TOKEN_BOUND', why);
  }
  return Object.freeze({ claims: freeze(payload), scope: Object.freeze(readScope(payload)) });
}

/** To the millisecond, as tokens are remembered. */
function checkTimes({ exp = 0, nbf = 0, iat = 0 }: JWTPayload, { clockToleranceMs }: TokenRules): void {
  const wall = wallNow();
  if (wall >= exp * 1_000 + clockToleranceMs) throw expired();
  if (nbf * 1_000 > wall + clockToleranceMs) throw new TokenVerificationError(...NOT_YET_VALID);
  if (iat * 1_000 > wall + clockToleranceMs)
    throw new TokenVerificationError('ERR_TOKEN_NOT_YET_VALID', 'The token was issued in the future.');
}

function expired(): TokenVerificationError {
  return new TokenVerificationError('ERR_TOKEN_EXPIRED', 'The token has expired.');
}

function readScope({ scope, scp }: JWTPayload): string[] {
  const [name, value] = scope === undefined ? ['scp', scp] : ['scope', scope];
  if (value === undefined) return [];
  const items: unknown = typeof value === 'string' ? value.split(' ').filter(Boolean) : value;
  if (Array.isArray(items) && items.every((item) => typeof item === 'string')) return items;
  throw wrongClaim(name);
}

function wrongClaim(name: string): TokenVerificationError {
  return new TokenVerificationError(
    'ERR_TOKEN_CLAIMS',
    `The claim ${name} is missing, or of the wrong type.`,
  );
}

/** Many callers get the same object. Not by calls within calls: a token may be nested deeply. */
function freeze<T extends object>(value: T): Readonly<T> {
  const open: object[] = [value];
  for (let one = open.pop() as Record<string, unknown>; one; one = open.pop() as Record<string, unknown>) {
    Object.freeze(one);
    for (const name in one) {
      const inner = one[name];
      if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return value;
}
