import {
  type AccessToken,
  TokenAttemptError,
  TokenProvider,
  type TokenProviderOptions,
  TokenUnavailableError,
} from '../../index.js';

/** No server names this lifetime: so it is the default, where the server names none. In ms. */
export const UNNAMED_LIFETIME_MS = 300_007;

/** One token request, with its token or its failure. */
export interface TokenTrial {
  readonly token?: AccessToken;
  readonly failure?: TokenAttemptError;
}

/**
 * Asks for a token, exactly once: failed logins are counted by servers.
 * @throws {TokenProviderError} when no attempt was made
 */
export async function tryToken(options: TokenProviderOptions, timeoutMs: number): Promise<TokenTrial> {
  const provider = new TokenProvider({
    ...options,
    refresh: { background: false },
    retry: { retries: 0 },
    requestTimeoutMs: timeoutMs,
    // Longer than that of discovery and token request together, so that their own errors tell what was wrong.
    maxWaitMs: 3 * timeoutMs,
    defaultLifetimeMs: UNNAMED_LIFETIME_MS,
  });
  try {
    await provider.getToken();
    return { token: provider.peek() as AccessToken };
  } catch (error) {
    const failure = error instanceof TokenUnavailableError ? error.cause : error;
    if (failure instanceof TokenAttemptError) return { failure };
    throw error;
  } finally {
    await provider.close();
  }
}
