import type { CryptoKey, JWK } from 'jose';

/** What a key must be for an algorithm: its type, and the curve where it has one (RFC 7518 §3.1, RFC 8037 §3.1). */
const KINDS = new Map<string, readonly [kty: string, crv?: string]>([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, ['RSA']] as const),
  ['ES256', ['EC', 'P-256']],
  ['ES384', ['EC', 'P-384']],
  ['ES512', ['EC', 'P-521']],
  ['EdDSA', ['OKP', 'Ed25519']],
  ['Ed25519', ['OKP', 'Ed25519']],
]);

/** The algorithms that can be asked for: none without a signature, and none with a shared secret. */
export const ALGORITHMS: readonly string[] = [...KINDS.keys()];

/** Both names of one algorithm (RFC 9864 §2.2). */
const FULL_NAMES: Readonly<Record<string, string>> = { EdDSA: 'Ed25519' };

/** A modulus of 2,048 bits (RFC 7518 §3.3), in base64url. */
const LEAST_MODULUS = 342;

/** What of a JWK is imported: a server may publish more than is good for it. */
const MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const;

/** A key that a server signs with. */
export class VerificationKey {
  readonly kid: string | undefined;
  /** The same for the same key in another edition of the key set. */
  readonly identity: string;
  readonly #jwk: JWK;
  readonly #alg: string | undefined;
  readonly #imports = new Map<string, Promise<CryptoKey | undefined>>();
  readonly #imported = new Map<string, CryptoKey>();

  private constructor(jwk: JWK, kid: string | undefined, alg: string | undefined) {
    this.kid = kid;
    this.#alg = alg;
    this.#jwk = jwk;
    this.identity = JSON.stringify([kid, alg, jwk]);
  }

  /** `undefined` for one that verifies no signature: made for encryption, a secret, too short, or of an unknown kind. */
  static of(given: unknown): VerificationKey | undefined {
    if (typeof given !== 'object' || given === null) return undefined;
    const {
      kid,
      alg,
      use,
      key_ops: operations,
      kty,
      d: secret,
      n: modulus,
    } = given as Record<string, unknown>;
    const isForVerifying = use === undefined || use === 'sig';
    const mayVerify = !Array.isArray(operations) || operations.includes('verify');
    if (!isForVerifying || !mayVerify || !['RSA', 'EC', 'OKP'].includes(kty as string)) return undefined;
    // Whose private half is known to all proves nothing.
    if (secret !== undefined) return undefined;
    if (kty === 'RSA' && !(typeof modulus === 'string' && modulus.length >= LEAST_MODULUS)) return undefined;
    const members = MEMBERS.map((name) => [name, (given as JWK)[name]] as const);
    const jwk = Object.fromEntries(members.filter(([, value]) => typeof value === 'string'));
    const key = new VerificationKey(jwk as JWK, textOf(kid), textOf(alg));
    return key.#algorithm === undefined ? undefined : key;
  }

  /** One of the algorithms that it is for. */
  get #algorithm(): string | undefined {
    return ALGORITHMS.find((alg) => this.fits(alg));
  }

  /** Whether signatures can be verified by it: a server may publish half of a key. */
  async isWhole(): Promise<boolean> {
    return (await this.import(this.#algorithm as string)) !== undefined;
  }

  /** Whether it may have made a signature by this algorithm. A key that names none is taken by its type. */
  fits(alg: string): boolean {
    const [kty, crv] = KINDS.get(alg) ?? [];
    const isOfKind = this.#jwk.kty === kty && (crv === undefined || this.#jwk.crv === crv);
    return isOfKind && (this.#alg === undefined || fullName(this.#alg) === fullName(alg));
  }

  /** As jose needs it, if it was imported before. */
  imported(alg: string): CryptoKey | undefined {
    return this.#imported.get(alg);
  }

  /** As jose needs it. `undefined` where the key is broken. */
  import(alg: string): Promise<CryptoKey | undefined> {
    const known = this.#imports.get(alg);
    if (known) return known;
    const imported = this.#import(alg);
    this.#imports.set(alg, imported);
    // What cannot be loaded now says nothing of the key.
    imported.catch(() => this.#imports.delete(alg));
    return imported;
  }

  async #import(alg: string): Promise<CryptoKey | undefined> {
    const { importJWK } = await import('jose/key/import');
    const imported = (await importJWK(this.#jwk, alg).catch(() => undefined)) as CryptoKey | undefined;
    if (imported) this.#imported.set(alg, imported);
    return imported;
  }
}

/** The one name of an algorithm that has two. */
export function fullName(alg: string): string {
  return FULL_NAMES[alg] ?? alg;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
