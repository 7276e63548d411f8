import type { KeySetName } from './keys.js';
import type { Mint, TokenParts } from './mint.js';

/** What becomes of a token: it is accepted, or refused with one of these codes. */
export type Outcome =
  | 'accepted'
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_ALGORITHM'
  | 'ERR_TOKEN_KEY'
  | 'ERR_TOKEN_SIGNATURE'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_NOT_YET_VALID'
  | 'ERR_TOKEN_ISSUER'
  | 'ERR_TOKEN_AUDIENCE'
  | 'ERR_TOKEN_CLAIMS'
  | 'ERR_TOKEN_BOUND'
  | 'ERR_TOKEN_SCOPE';

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
