import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TokenProvider } from 'm2m-token-provider';
import { createVerifier, type VerifiedToken } from 'm2m-token-provider/verify';

export interface ServiceOptions {
  /** Whose tokens it sends and takes. For OneLogin, write `subdomain: 'acme'` in its place. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What tokens for this service have in `aud`. */
  readonly audience: string;
  /** The audience of the service that it calls. */
  readonly calls: string;
}

/** A service with both ends: its provider gets the tokens that it sends, its verifier looks at those that it is sent. */
export async function startService({ issuer, audience, calls, ...client }: ServiceOptions) {
  const provider = new TokenProvider({ issuer, ...client, resource: calls, scope: 'read' });
  const verifier = createVerifier({ issuer, audience });
  const check = verifier.middleware({ scope: 'read' });

  const server = http.createServer((request: IncomingMessage & { auth?: VerifiedToken }, response) => {
    check(request, response, (error) => {
      response.statusCode = error ? 500 : 200;
      response.end(`called by ${request.auth?.claims.client_id}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    provider,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([provider.close(), verifier.close()]);
    },
  };
}
