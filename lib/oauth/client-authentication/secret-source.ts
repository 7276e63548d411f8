import { withDeadline } from '../../ground/deadline.js';
import { TokenRequestError } from '../../ground/errors.js';
import type { TokenRequestDraft } from '../../options/client-authenticator.js';
import { secretProblem } from '../../options/client-credentials.js';
import type { ClientQuery } from '../../options/token-provider-options.js';

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
  async ask({ timeoutMs, signal }: Pick<TokenRequestDraft, 'timeoutMs' | 'signal'>): Promise<string> {
    const secret = await withDeadline(() => this.#supplyOrFail(), {
      timeoutMs,
      signal,
      onTimeout: () => supplierFailure(`gave no answer within ${timeoutMs} ms (requestTimeoutMs).`),
    });
    const problem = secretProblem(secret);
    if (problem) throw supplierFailure(`gave a secret that ${problem}`);
    if (secret !== this.#known) this.#previous = this.#known;
    this.#known = secret;
    return secret;
  }

  /** The supplier's own error stays out: it may hold what the supplier was asked for, and says nothing of our request. */
  async #supplyOrFail(): Promise<string> {
    try {
      return await this.#supply(this.#query);
    } catch {
      throw supplierFailure('threw.');
    }
  }
}

function supplierFailure(problem: string): TokenRequestError {
  return new TokenRequestError(
    `No token request was sent: the clientSecret function ${problem}`,
    'ERR_CLIENT_SECRET',
  );
}
