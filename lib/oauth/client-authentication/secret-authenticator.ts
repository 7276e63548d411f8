import { isDeepStrictEqual } from 'node:util';
import type {
  ClientAuthenticator,
  ClientProof,
  TokenRequestDraft,
} from '../../options/client-authenticator.js';
import type { SecretMethod } from './secret-methods.js';
import type { SecretSource } from './secret-source.js';

/** Proves the client by its secret. */
export class SecretAuthenticator implements ClientAuthenticator {
  readonly #method: SecretMethod;
  readonly #source: SecretSource;

  constructor(method: SecretMethod, source: SecretSource) {
    this.#method = method;
    this.#source = source;
  }

  get id(): string {
    return this.#method.id;
  }

  authenticate(request: TokenRequestDraft): ClientProof | Promise<ClientProof> {
    const { known } = this.#source;
    if (known !== undefined) return this.#prove(request, known);
    return this.#source.ask(request).then((secret) => this.#prove(request, secret));
  }

  /** Another target of the same client may have asked for the new secret since the refused request was made. */
  async renew(request: TokenRequestDraft, refused: ClientProof): Promise<boolean> {
    const differs = (secret: string | undefined): boolean =>
      secret !== undefined && !isDeepStrictEqual(this.#prove(request, secret), refused);
    return differs(this.#source.known) || differs(await this.#source.ask(request));
  }

  secrets(): readonly string[] {
    return this.#source.recent;
  }

  #prove({ clientId }: TokenRequestDraft, secret: string): ClientProof {
    return this.#method.prove(clientId, secret);
  }
}
