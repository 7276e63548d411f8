import type { InternalAxiosRequestConfig } from 'axios';
import { type Instant, now } from '../../../../lib/ground/clock.js';
import { type FailureEvent, TokenEndpointError, TokenRequestError } from '../../../../lib/index.js';
import type { Expect } from '../expectations.js';
import { elapsedMs } from '../grant.js';
import type { KeyPlace } from './key-place.js';
import { type ModelJwt, type ModelKey, readJwt } from './model-key.js';
import { NonceDesk } from './nonce-desk.js';

/** What a server answers where it does not take a proof. */
export interface ProofRefusal {
  readonly status: number;
  readonly body: string;
}

/** How a refusal came about: whether the client could have known better. */
interface Refused {
  readonly as: 'invalid_client' | 'use_dpop_nonce';
  readonly isAvoidable: string | undefined;
}

const ENDPOINT = 'https://as.example/token';
/** An authenticator may be asked again so often, in ms. */
const ASK_AGAIN_MS = 5_000;

/** Checks proofs, as a server does, and judges failures: each must come of a proof that could not be had. */
export class ProofOracle {
  readonly nonces = new NonceDesk();
  /** How often the key was used. */
  uses = 0;
  readonly #expect: Expect;
  readonly #keys: KeyPlace | undefined;
  readonly #dpopKey: ModelKey | undefined;
  readonly #jtis = new Set<unknown>();
  /** The last use of the key: what there was to be had then. */
  #use: { readonly edition: number; readonly isGood: boolean; readonly wall: number } | undefined;
  #refused: Refused | undefined;
  /** Nonces that were refused one after the other. */
  #refusedNonces = 0;
  #askedAt: Instant | undefined;
  /** Whether this attempt has had its second proof: it gets no third one. */
  #isRenewed = false;
  /** Whether the last good key may have been refused while the file held no other. */
  #mayBeKeyless = false;

  constructor(expect: Expect, keys: KeyPlace | undefined, dpopKey: ModelKey | undefined) {
    this.#expect = expect;
    this.#keys = keys;
    this.#dpopKey = dpopKey;
  }

  get hasKeys(): boolean {
    return this.#keys !== undefined;
  }

  /** What an answer says of nonces. */
  tellNonce(): Record<string, string> {
    return this.#dpopKey ? this.nonces.tell(this.#refused?.as === 'use_dpop_nonce') : {};
  }

  /** The client reads its file, or calls its signer. */
  noteUse(isGood: boolean): void {
    this.uses += 1;
    this.#use = { edition: this.#keys?.edition ?? 0, isGood, wall: Date.now() };
    if (isGood) this.#mayBeKeyless = false;
  }

  /** The authenticator is asked for a newer proof. */
  noteAsked(): void {
    const ms = this.#askedAt ? elapsedMs(this.#askedAt) : Number.POSITIVE_INFINITY;
    this.#expect(ms >= ASK_AGAIN_MS, `asked for a newer proof after ${ms} ms`);
    this.#askedAt = now();
    this.#isRenewed = true;
    this.#mayBeKeyless ||= this.#keys?.fileState !== 'whole';
  }

  /** A request has come. Its proofs are made for it alone, however it is answered. */
  arrived({ data, headers }: InternalAxiosRequestConfig): void {
    this.#refused = undefined;
    if (this.#keys) this.#expectAssertion(assertionIn(data), this.#use?.wall);
    if (this.#dpopKey) this.#expectProof(readJwt(String(headers.DPoP)), this.#dpopKey);
  }

  /** Whether its server takes it, at the time of the answer. */
  refusalOf({ data, headers }: InternalAxiosRequestConfig): ProofRefusal | undefined {
    if (this.#dpopKey && !this.nonces.isTaken(readJwt(String(headers.DPoP)).claims.nonce))
      return this.#refuseNonce();
    this.#refusedNonces = 0;
    if (!this.#keys) return undefined;
    const assertion = assertionIn(data);
    const { header } = assertion;
    const { taken } = this.#keys;
    if ((!this.#isOfFile || header.kid === taken.kid) && taken.hasSigned(assertion)) {
      this.#isRenewed = false;
      return undefined;
    }
    this.#refused = { as: 'invalid_client', isAvoidable: this.#betterThanRefused() };
    // Servers do repeat what they refuse.
    const words = { error: 'invalid_client', error_description: decodeURIComponent(data).slice(-500) };
    return { status: 401, body: JSON.stringify(words) };
  }

  /** What is wrong with a failure, if anything: with a proof at hand that the server takes there must be none. */
  faultOf(error: FailureEvent['error']): string | undefined {
    const refused = this.#refused;
    this.#isRenewed = false;
    if (error instanceof TokenEndpointError && refused?.as === error.error) return refused?.isAvoidable;
    if (error instanceof TokenRequestError && error.reason === 'ERR_CLIENT_KEY') return this.#faultOfKey();
    return undefined;
  }

  #faultOfKey(): string | undefined {
    if (this.#use?.isGood !== false) return 'no key was found, though there is one';
    return this.#isOfFile && !this.#mayBeKeyless ? 'the last good key was given up' : undefined;
  }

  get #isOfFile(): boolean {
    return this.#keys?.onRead !== undefined;
  }

  #refuseNonce(): ProofRefusal {
    this.#refusedNonces += 1;
    const isAvoidable =
      this.#refusedNonces < 2 ? 'a nonce was refused, and the next one not sent' : undefined;
    this.#refused = { as: 'use_dpop_nonce', isAvoidable };
    return { status: 400, body: '{"error":"use_dpop_nonce"}' };
  }

  /** Why the client should have had a better proof, or must get one now. */
  #betterThanRefused(): string | undefined {
    const { held, taken, fileState, edition } = this.#keys as KeyPlace;
    if (held !== taken || fileState !== 'whole') return undefined;
    if (this.#use?.edition === edition && this.#use.isGood)
      return 'a proof was refused, though one that is taken was at hand';
    const mayAsk = !this.#isRenewed && (!this.#askedAt || elapsedMs(this.#askedAt) > ASK_AGAIN_MS);
    return this.#isOfFile && mayAsk ? 'a newer key was at hand, and not tried' : undefined;
  }

  #expectAssertion({ header, claims }: ModelJwt, wall = Number.NaN): void {
    const { iss, sub, aud, iat, exp } = claims;
    const isOurs = iss === 'acme' && sub === 'acme' && aud === ENDPOINT;
    const isFresh = iat === Math.floor(wall / 1_000) && exp === Number(iat) + 60;
    const isWhole = isOurs && isFresh && header.alg === 'ES256';
    this.#expect(isWhole, `an assertion of ${JSON.stringify({ header, claims })} at ${wall}`);
    this.#expect(this.#isOfFile || this.#use?.isGood === true, 'sent, though the signer gave nothing of use');
    this.#expectFirst(claims.jti);
  }

  #expectProof(proof: ModelJwt, key: ModelKey): void {
    const { header, claims } = proof;
    const isOurs = JSON.stringify(sorted(header.jwk)) === JSON.stringify(sorted(key.jwk));
    const isForThis = claims.htm === 'POST' && claims.htu === ENDPOINT && claims.ath === undefined;
    const isFresh = claims.iat === Math.floor(Date.now() / 1_000);
    const isWhole = isOurs && isForThis && isFresh && key.hasSigned(proof);
    this.#expect(isWhole, `a proof of ${JSON.stringify({ header, claims })}`);
    const { told } = this.nonces;
    this.#expect(claims.nonce === told, `a proof with ${claims.nonce}, where the server has told ${told}`);
    this.#expectFirst(claims.jti);
  }

  #expectFirst(jti: unknown): void {
    this.#expect(typeof jti === 'string' && !this.#jtis.has(jti), `a proof is sent once more: ${jti}`);
    this.#jtis.add(jti);
  }
}

function assertionIn(form: string): ModelJwt {
  return readJwt(new URLSearchParams(form).get('client_assertion') ?? '');
}

function sorted(jwk: unknown): [string, unknown][] {
  return Object.entries(jwk as object).sort(([one], [other]) => (one < other ? -1 : 1));
}
