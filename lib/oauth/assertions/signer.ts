import type { TokenRequestDraft } from '../../options/client-authenticator.js';
import type { Answer } from '../extension-caller.js';

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
  secrets(): readonly string[];
}
