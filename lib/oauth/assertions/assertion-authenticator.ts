import { wallNow } from '../../ground/clock.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import { isPromise } from '../../ground/value-kind.js';
import type {
  ClientAuthenticator,
  ClientProof,
  TokenRequestDraft,
} from '../../options/client-authenticator.js';
import type { Answer } from '../extension-caller.js';
import { signingInput, withSignature } from '../jwt/signed-jwt.js';
import { assertionProof } from './assertion-proof.js';
import type { AssertionSettings } from './assertion-settings.js';

/** What signs an assertion. */
export interface Signer {
  readonly alg: string;
  /** Names the key to the server, where it has a name. */
  readonly kid: string | undefined;
  sign(input: string, request: TokenRequestDraft): Answer<Uint8Array>;
}

/** Where the signer of a request comes from: its key may change while the process runs. */
export interface SignerSource {
  /** Names method and key, no secret. */
  readonly id: string;
  /** @throws {TokenRequestError} when there is none */
  current(request: TokenRequestDraft): Answer<Signer>;
  /** Whether there is another one than the one whose assertion was refused. */
  renew?(request: TokenRequestDraft, refused: Signer): Promise<boolean>;
  secrets?(): readonly string[];
}

/** Proves clients by JWTs that it signs, a new one for each request (RFC 7523 §3). */
export class AssertionAuthenticator implements ClientAuthenticator {
  readonly renew?: (request: TokenRequestDraft, refused: ClientProof) => Promise<boolean>;
  readonly #source: SignerSource;
  readonly #settings: AssertionSettings;
  /** By the parameters of proofs, which somebody may hand on in a proof of his own. */
  readonly #signers = new WeakMap<object, Signer>();

  constructor(source: SignerSource, settings: AssertionSettings) {
    this.#source = source;
    this.#settings = settings;
    if (source.renew) this.renew = (request, refused) => this.#renew(request, refused);
  }

  get id(): string {
    return this.#source.id;
  }

  /** Begins at once, so that a signer that hangs is named by its own error, and not by that of whoever waits for the proof. */
  authenticate(request: TokenRequestDraft): Promise<ClientProof> {
    const signer = this.#source.current(request);
    return isPromise(signer) ? signer.then((one) => this.#prove(request, one)) : this.#prove(request, signer);
  }

  secrets(): readonly string[] {
    return this.#source.secrets?.() ?? [];
  }

  async #prove(request: TokenRequestDraft, signer: Signer): Promise<ClientProof> {
    const { alg, kid } = signer;
    const { typ } = this.#settings;
    const input = signingInput({ alg, typ, kid }, this.#claimsFor(request));
    const assertion = withSignature(input, await signer.sign(input, request));
    const proof = assertionProof(request.clientId, assertion);
    if (proof.parameters) this.#signers.set(proof.parameters, signer);
    return proof;
  }

  /**
   * No `nbf`: no server was found that wants it, and it makes the assertion void where the server's clock is behind. `aud` is one
   * text, since a list may name a second server that could then use the assertion (draft-ietf-oauth-rfc7523bis §4).
   */
  #claimsFor({ clientId, issuer, tokenEndpoint }: TokenRequestDraft): object {
    const { audience = issuer ?? tokenEndpoint, lifetimeMs } = this.#settings;
    const iat = Math.floor(wallNow() / 1_000);
    const exp = iat + Math.ceil(lifetimeMs / 1_000);
    return { iss: clientId, sub: clientId, aud: audience, jti: nodeCrypto().randomUUID(), iat, exp };
  }

  async #renew(request: TokenRequestDraft, refused: ClientProof): Promise<boolean> {
    const signer = refused.parameters && this.#signers.get(refused.parameters);
    return signer !== undefined && (await this.#source.renew?.(request, signer)) === true;
  }
}
