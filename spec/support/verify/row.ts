import type { TokenVerificationErrorCode } from '../../../lib/verify.js';
import type { KeySetName } from './keys.js';
import type { Mint, TokenParts } from './mint.js';

/** What becomes of a token: it is accepted, or refused with one of these codes. */
export type Outcome = 'accepted' | Exclude<TokenVerificationErrorCode, OfRequests>;

/** They say nothing of the token. */
type OfRequests = 'ERR_TOKEN_MISSING' | 'ERR_REQUEST_MALFORMED' | 'ERR_KEYS_UNAVAILABLE';

/** Where a row differs from the usual. */
export interface Circumstances {
  /** What the server publishes. */
  readonly keySet?: KeySetName;
  /** What the verifier allows. */
  readonly algorithms?: readonly string[];
  /** The scope that the caller of `verify` asks for. */
  readonly needs?: string | readonly string[];
  /** The scope that comes with an accepted token. */
  readonly scope?: readonly string[];
  /** Why it is refused although `jwtVerify` of jose takes it. */
  readonly unlikeJose?: string;
}

export interface Row extends Circumstances {
  readonly name: string;
  readonly outcome: Outcome;
  readonly token: (mint: Mint) => string;
}

/** A row whose token is a good one but for these parts. */
export function row(
  name: string,
  outcome: Outcome,
  parts: TokenParts | ((mint: Mint) => TokenParts),
  circumstances: Circumstances = {},
): Row {
  const token = (mint: Mint) => mint.token(typeof parts === 'function' ? parts(mint) : parts);
  return { name, outcome, token, ...circumstances };
}

/** A row whose token is a text of any kind. */
export function textRow(
  name: string,
  outcome: Outcome,
  token: (mint: Mint) => string,
  circumstances: Circumstances = {},
): Row {
  return { name, outcome, token, ...circumstances };
}
