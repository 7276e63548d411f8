import * as crypto from 'node:crypto';
import { createHash } from 'node:crypto';
import { BoundedMap } from '../registry/bounded-map.js';
import type { VerificationKey } from './keys/verification-key.js';
import type { VerifiedToken } from './token-claims.js';
import { MAX_TOKEN_LENGTH } from './token-parts.js';

/** 96 bits of the signature. */
const END_LENGTH = 16;

/** A token that was verified, and the key that has signed it. */
export interface Found {
  readonly verified: VerifiedToken;
  readonly key: VerificationKey;
}

/** A token that was verified before. */
export interface Remembered {
  /** What callers get, always the same; made for the second of them, since many tokens have no other. */
  served: Promise<VerifiedToken> | undefined;
  readonly verified: VerifiedToken;
  readonly key: VerificationKey;
  /** ms since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Tokens that were verified, by digest: callers send the same one for minutes. */
export class RememberedTokens {
  readonly #items: BoundedMap<Remembered> | undefined;
  readonly #size: number;
  readonly #toleranceMs: number;
  /** The ends of tokens that were seen, the newer ones and those before: machines may send another token each time. */
  #seen = new Set<string>();
  #seenBefore = new Set<string>();

  /** @param size - how many at most; 0 is none */
  constructor(size: number, toleranceMs: number) {
    this.#items = size > 0 ? new BoundedMap(size) : undefined;
    this.#size = size;
    this.#toleranceMs = toleranceMs;
  }

  /**
   * The digest of a token that can be remembered, or that may have been; not at its first sight, since one that comes but once would
   * cost more to remember than it is worth, and would push out others.
   */
  digestOf(token: unknown): string | undefined {
    const isReadable = typeof token === 'string' && token.length <= MAX_TOKEN_LENGTH;
    return this.#items && isReadable && this.#wasSeen(token) ? digest(token) : undefined;
  }

  /** By the end of the signature alone. Another token with the same end is at worst remembered at its first sight. */
  #wasSeen(token: string): boolean {
    const end = token.slice(-END_LENGTH);
    if (this.#seen.has(end)) return true;
    const wasSeen = this.#seenBefore.has(end);
    if (this.#seen.size >= this.#size) {
      this.#seenBefore = this.#seen;
      this.#seen = new Set();
    }
    this.#seen.add(end);
    return wasSeen;
  }

  /** What is known of the token with this digest, if it is good at this time, in ms since the epoch. */
  find(digest: string, wall: number): Remembered | undefined {
    const known = this.#items?.get(digest);
    return known && wall >= known.from && wall < known.until ? known : undefined;
  }

  forget(digest: string): void {
    this.#items?.remove(digest);
  }

  add(digest: string, { verified, key }: Found): void {
    const { exp, nbf = 0, iat = 0 } = verified.claims as { exp: number; nbf?: number; iat?: number };
    this.#items?.set(digest, {
      served: undefined,
      verified,
      key,
      from: Math.max(nbf, iat) * 1_000 - this.#toleranceMs,
      until: exp * 1_000 + this.#toleranceMs,
    });
  }
}

/** Names a token, without a way back to it. In one call where Node.js has it. */
const digest: (token: string) => string =
  typeof crypto.hash === 'function'
    ? (token) => crypto.hash('sha256', token, 'base64')
    : (token) => createHash('sha256').update(token).digest('base64');
