import { withDeadline } from '../clock.js';
import { TokenRequestError } from '../errors.js';
import { secretProblem } from '../options/read-client.js';
import type { ClientQuery } from '../options/token-provider-options.js';

type Supply = (query: ClientQuery | undefined) => string | Promise<string>;

/** Keeps the secret, and asks its supplier anew when the server no longer takes it. */
export class ClientSecretKeeper {
  readonly #supply: Supply;
  readonly #query: ClientQuery | undefined;
  #secret: string | undefined;

  /** One supplier may serve many clients, each with its query; `known` is what it gave for this one. */
  constructor(supply: Supply, query?: ClientQuery, known?: string) {
    this.#supply = supply;
    this.#query = query;
    this.#secret = known;
  }

  async current(timeoutMs: number, signal: AbortSignal): Promise<string> {
    this.#secret ??= await this.#ask(timeoutMs, signal);
    return this.#secret;
  }

  /** The secret after another look; the same as before when it has not been rotated. */
  async renewed(timeoutMs: number, signal: AbortSignal): Promise<string> {
    this.#secret = await this.#ask(timeoutMs, signal);
    return this.#secret;
  }

  async #ask(timeoutMs: number, signal: AbortSignal): Promise<string> {
    const secret = await withDeadline(() => this.#supplyOrFail(), {
      timeoutMs,
      signal,
      onTimeout: () => supplierFailure(`gave no answer within ${timeoutMs} ms (requestTimeoutMs).`),
    });
    const problem = secretProblem(secret);
    if (problem) throw supplierFailure(`gave a secret that ${problem}`);
    return secret;
  }

  /** The supplier's own error stays out: it may well hold what it was asked for, and says nothing of our request. */
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
