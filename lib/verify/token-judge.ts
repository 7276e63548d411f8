import { wallNow } from '../ground/clock.js';
import { TokenAttemptError } from '../ground/errors.js';
import type { Patience } from '../renewal/waiting-room.js';
import type { KeyList } from './keys/key-list.js';
import type { KeySet } from './keys/key-set.js';
import { fullName } from './keys/verification-key.js';
import { type Found, RememberedTokens } from './remembered-tokens.js';
import { TokenRules, type VerifiedToken, verifyByKey } from './token-claims.js';
import { HeaderReader, type TokenHeader } from './token-parts.js';
import { TokenVerificationError } from './verification-error.js';
import type { VerifierSettings } from './verifier-options.js';

/** Judges tokens by the keys of their issuer, and remembers what it has found. */
export class TokenJudge {
  readonly #algorithms: ReadonlySet<string>;
  readonly #rules: TokenRules;
  readonly #keys: KeySet;
  readonly #remembered: RememberedTokens;
  readonly #headers = new HeaderReader();

  constructor(settings: VerifierSettings, keys: KeySet) {
    this.#algorithms = new Set(settings.algorithms.map(fullName));
    this.#rules = new TokenRules(settings);
    this.#keys = keys;
    this.#remembered = new RememberedTokens(settings.cacheSize, settings.clockToleranceMs);
  }

  /** @throws {TokenVerificationError} when the token is not accepted, or keys cannot be had */
  verify(token: string, patience: Patience): Promise<VerifiedToken> {
    const digest = this.#remembered.digestOf(token);
    const known = digest === undefined ? undefined : this.#known(digest);
    return known ?? this.#verifyAnew(token, digest, patience);
  }

  /** What is remembered of a token. Its key must be there still: what a server takes away is taken back here. */
  #known(digest: string): Promise<VerifiedToken> | undefined {
    const known = this.#remembered.find(digest, wallNow());
    if (!known) return undefined;
    const keys = this.#keys.usable();
    if (keys?.has(known.key)) {
      known.served ??= Promise.resolve(known.verified);
      return known.served;
    }
    if (keys) this.#remembered.forget(digest);
    return undefined;
  }

  async #verifyAnew(token: string, digest: string | undefined, patience: Patience): Promise<VerifiedToken> {
    const header = this.#headers.read(token);
    if (!this.#algorithms.has(fullName(header.alg))) {
      throw new TokenVerificationError(
        'ERR_TOKEN_ALGORITHM',
        'The token is signed by an algorithm that is not taken.',
      );
    }
    const keys = this.#keys.usable() ?? (await this.#orUnavailable(this.#keys.get(patience)));
    const found =
      (await this.#verifyBy(keys, token, header)) ??
      (await this.#verifyByNewer(keys, token, header, patience));
    if (digest !== undefined) this.#remembered.add(digest, found);
    return found.verified;
  }

  /** The token may be signed by a key that came since, perhaps while it was verified by the others. */
  async #verifyByNewer(
    keys: KeyList,
    token: string,
    header: TokenHeader,
    patience: Patience,
  ): Promise<Found> {
    const held = this.#keys.usable() ?? keys;
    const found = held === keys ? undefined : await this.#verifyBy(held, token, header);
    if (found) return found;
    // A key of that name is there, and nobody can say whether it was changed.
    if (header.kid !== undefined && held.names(header.kid) && this.#keys.isFailing)
      throw refusalBy(held, header);
    const newer = await this.#orUnavailable(this.#keys.fetchForUnknown(patience));
    const foundNow = newer && (await this.#verifyBy(newer, token, header));
    if (foundNow) return foundNow;
    throw refusalBy(newer ?? held, header);
  }

  async #verifyBy(keys: KeyList, token: string, header: TokenHeader): Promise<Found | undefined> {
    for (const key of keys.candidates(header)) {
      const verified = await verifyByKey(token, key, header, this.#rules);
      if (verified) return { verified, key };
    }
    return undefined;
  }

  /** That keys cannot be had says nothing of the token. */
  async #orUnavailable<T>(keys: Promise<T>): Promise<T> {
    try {
      return await keys;
    } catch (error) {
      if (!(error instanceof TokenAttemptError)) throw error;
      const retryAfterMs = error.retryAfterMs ?? this.#keys.msToNextAttempt;
      throw new TokenVerificationError(
        'ERR_KEYS_UNAVAILABLE',
        `The keys of the issuer cannot be had. ${error.message}`,
        { retryAfterMs, cause: error },
      );
    }
  }
}

/** Why a token is refused that no key has signed. */
function refusalBy(keys: KeyList, header: TokenHeader): TokenVerificationError {
  if (keys.candidates(header).length > 0) {
    const words = 'The signature of the token is not that of its issuer.';
    return new TokenVerificationError('ERR_TOKEN_SIGNATURE', words);
  }
  if (header.kid !== undefined && keys.names(header.kid)) {
    const words = 'The key that the token names is for another algorithm.';
    return new TokenVerificationError('ERR_TOKEN_ALGORITHM', words);
  }
  return new TokenVerificationError('ERR_TOKEN_KEY', 'No key of the issuer fits the token.');
}
