import type { TokenProvider, TokenProviderOptions } from 'm2m-token-provider';
import { createVerifier, type Verifier, type VerifierOptions } from 'm2m-token-provider/verify';
import type { Journal } from './journal.js';

/**
 * Verifies each token of the run, as an API would that is called with it. `undefined` where the address of the server does not tell which
 * issuer its tokens name.
 */
export function verifyEach(
  provider: TokenProvider,
  options: TokenProviderOptions,
  journal: Journal,
): Verifier | undefined {
  const place = issuerOf(options);
  if (!place) return undefined;
  // Without a resource, OneLogin's tokens are for the client itself.
  const verifier = createVerifier({ ...place, audience: options.resource ?? `${options.clientId}` });
  verifier.on('refresh', ({ issuer, durationMs }) => {
    journal.figures.keyRequests += 1;
    journal.write(
      'keys',
      `of ${issuer}, after ${durationMs} ms; they verify each token from now on, without a call`,
    );
  });
  provider.on('refresh', () => void verifyHeld(provider, verifier, journal));
  return verifier;
}

async function verifyHeld(provider: TokenProvider, verifier: Verifier, journal: Journal): Promise<void> {
  const token = provider.peek();
  // Others than JWTs only their server can verify, and bound ones only with the proof of a request.
  if (!token?.claims || token.claims.cnf) return;
  try {
    await verifier.verify(token.value);
    journal.figures.verified += 1;
  } catch (error) {
    journal.write('REFUSED', (error as Error).message);
  }
}

function issuerOf({
  subdomain,
  issuer: named,
  tokenEndpoint,
}: TokenProviderOptions): Pick<VerifierOptions, 'subdomain' | 'issuer'> | undefined {
  if (subdomain !== undefined) return { subdomain };
  if (named !== undefined) return { issuer: String(named) };
  const [, issuer] = /^(.+)\/token$/.exec(`${tokenEndpoint}`) ?? [];
  return issuer === undefined ? undefined : { issuer };
}
