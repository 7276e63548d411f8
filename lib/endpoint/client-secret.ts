import { withDeadline } from '../clock.js';
import { TokenRequestError } from '../errors.js';
import { type SecretSupplier, secretProblem } from '../options/read-client.js';

/** Keeps the secret, and asks its supplier anew when the server no longer takes it. */
export class ClientSecretKeeper {
  readonly #supply: SecretSupplier;
  readonly #timeoutMs: number;
  #secret: string | undefined;

  constructor(supply: SecretSupplier, timeoutMs: number) {
    this.#supply = supply;
    this.#timeoutMs = timeoutMs;
  }

  async current(signal: AbortSignal): Promise<string> {
    this.#secret ??= await this.#ask(signal);
    return this.#secret;
  }

  /** The secret after another look; the same as before when it has not been rotated. */
  async renewed(signal: AbortSignal): Promise<string> {
    this.#secret = await this.#ask(signal);
    return this.#secret;
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const secret = await withDeadline(() => this.#supplyOrFail(), {
      timeoutMs: this.#timeoutMs,
      signal,
      onTimeout: () => supplierFailure(`gave no answer within ${this.#timeoutMs} ms (requestTimeoutMs).`),
    });
    const problem = secretProblem(secret);
    if (problem) throw supplierFailure(`gave a secret that ${problem}`);
    return secret;
  }

  /** The supplier's own error stays out: it may well hold what it was asked for, and says nothing of our request. */
  async #supplyOrFail(): Promise<string> {
    try {
      return await this.#supply();
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
