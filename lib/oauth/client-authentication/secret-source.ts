import type { TokenRequestDraft } from '../../options/client-authenticator.js';
import { secretProblem } from '../../options/client-credentials.js';
import type { ClientQuery } from '../../options/token-provider-options.js';
import { callUserFunction, type UserFunction, userFunctionFailure } from './user-function.js';

const SUPPLIER: UserFunction = { name: 'the clientSecret function', reason: 'ERR_CLIENT_SECRET' };

type Supply = (query: ClientQuery | undefined) => string | Promise<string>;

/** The secret of a client: the one that is known, and its supplier, to be asked for another. */
export class SecretSource {
  readonly #supply: Supply;
  readonly #query: ClientQuery | undefined;
  #known: string | undefined;
  /** A request under way may still be made with it, and its answer may repeat it. */
  #previous: string | undefined;

  /** One supplier may serve many clients, each with its query; `known` is what it gave for this client. */
  constructor(supply: Supply, query?: ClientQuery, known?: string) {
    this.#supply = supply;
    this.#query = query;
    this.#known = known;
  }

  /** The secret that was last supplied, if any. */
  get known(): string | undefined {
    return this.#known;
  }

  /** The secrets that requests of this moment may hold. */
  get recent(): readonly string[] {
    return [this.#known, this.#previous].filter((secret) => secret !== undefined);
  }

  /**
   * Asks the supplier, and keeps what it gives.
   * @throws {TokenRequestError} when it gives no secret in time; the known one stays
   */
  async ask(draft: Pick<TokenRequestDraft, 'timeoutMs' | 'signal'>): Promise<string> {
    const secret = await callUserFunction(SUPPLIER, () => this.#supply(this.#query), draft);
    const problem = secretProblem(secret);
    if (problem) throw userFunctionFailure(SUPPLIER, `gave a secret that ${problem}`);
    if (secret !== this.#known) this.#previous = this.#known;
    this.#known = secret;
    return secret;
  }
}
