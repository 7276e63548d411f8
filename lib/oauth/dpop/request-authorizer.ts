import type { GetTokenOptions } from '../../options/token-provider-options.js';
import { readAuthorizeOptions } from './authorize-options.js';
import type { ProofKey } from './proof-key.js';
import { ApiProver, type RequestProver } from './request-prover.js';

/** Makes the headers by which requests of any HTTP client carry the token. */
export class RequestAuthorizer {
  /** There where tokens are bound to a key. */
  readonly prover: RequestProver | undefined;
  readonly #allowHttp: boolean;

  /** @param allowHttp - whether tokens may go to other machines in plain text */
  constructor(proofKey: ProofKey | undefined, allowHttp: boolean) {
    this.prover = proofKey && new ApiProver(proofKey);
    this.#allowHttp = allowHttp;
  }

  /** @throws {ConfigurationError} when an option is missing or malformed; and whatever `getToken` throws */
  async authorize(
    options: unknown,
    getToken: (call: GetTokenOptions) => Promise<string>,
  ): Promise<Record<string, string>> {
    const { method, url, nonce, call } = readAuthorizeOptions(options, this.#allowHttp);
    this.prover?.noteNonce(url, nonce);
    const token = await getToken(call);
    if (!this.prover) return { Authorization: `Bearer ${token}` };
    return { Authorization: `DPoP ${token}`, DPoP: this.prover.prove({ method, url, token }) };
  }
}
