import type { JsonObject } from '../../documents/document-source.js';
import { TokenResponseError } from '../../ground/errors.js';
import type { TokenHeader } from '../token-parts.js';
import { VerificationKey } from './verification-key.js';

/** More keys than this are not looked at: no server has as many, and a token may be tried by each. */
const MAX_KEYS = 100;

/** The keys of a server at one time (RFC 7517 §5). */
export class KeyList {
  readonly #keys: ReadonlySet<VerificationKey>;
  /** Nearly all tokens of a server have the same header. */
  #last: { readonly header: TokenHeader; readonly keys: readonly VerificationKey[] } | undefined;

  constructor(keys: Iterable<VerificationKey>) {
    this.#keys = new Set(keys);
  }

  /**
   * Reads a key set. A key that was there before stays the same object.
   * @throws {TokenResponseError} when it is none, or no key in it can be used
   */
  static read({ keys }: JsonObject, address: string, before?: KeyList): KeyList {
    if (!Array.isArray(keys))
      throw new TokenResponseError(`${address} sent no key set: it has no keys.`, true);
    const known = new Map([...(before ? before.#keys : [])].map((key) => [key.identity, key]));
    const usable = keys.flatMap((jwk) => VerificationKey.of(jwk) ?? []).slice(0, MAX_KEYS);
    if (usable.length === 0) throw noKey(address);
    for (const key of usable) if (!known.has(key.identity)) known.set(key.identity, key);
    return new KeyList(usable.map((key) => known.get(key.identity) ?? key));
  }

  get size(): number {
    return this.#keys.size;
  }

  has(key: VerificationKey): boolean {
    return this.#keys.has(key);
  }

  /** The keys by which a token with this header may be signed: several may have one name, and a token may name none. */
  candidates(header: TokenHeader): readonly VerificationKey[] {
    if (this.#last?.header !== header) this.#last = { header, keys: this.#find(header) };
    return this.#last.keys;
  }

  #find({ alg, kid }: TokenHeader): readonly VerificationKey[] {
    return [...this.#keys].filter((key) => (kid === undefined || key.kid === kid) && key.fits(alg));
  }

  /** Whether a key has the name that a token gives, for whatever algorithm. */
  names(kid: string): boolean {
    return [...this.#keys].some((key) => key.kid === kid);
  }

  /**
   * Without the keys of which a part is missing or broken.
   * @throws {TokenResponseError} when that leaves none
   */
  async whole(address: string): Promise<KeyList> {
    const keys = [...this.#keys];
    const areWhole = await Promise.all(keys.map((key) => key.isWhole()));
    if (!areWhole.includes(true)) throw noKey(address);
    return areWhole.includes(false) ? new KeyList(keys.filter((_, index) => areWhole[index])) : this;
  }
}

function noKey(address: string): TokenResponseError {
  return new TokenResponseError(`${address} sent a key set in which no key is for signatures.`, true);
}
