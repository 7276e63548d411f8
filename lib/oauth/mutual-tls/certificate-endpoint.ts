import { TokenRequestError } from '../../ground/errors.js';
import type { AuthorizationServer, ServerMetadata } from '../server/authorization-server.js';

/**
 * Where a certificate can be presented.
 * @throws {TokenAttemptError} when that is nowhere
 */
export function certificateEndpoint(
  server: AuthorizationServer,
  { tokenEndpoint, mtlsTokenEndpoint }: ServerMetadata,
): string {
  const address = namedAlias(server, mtlsTokenEndpoint) ?? tokenEndpoint;
  if (!address.startsWith('http:')) return address;
  throw new TokenRequestError(
    `No token request was sent: ${server.address} is plain http, where no certificate can be presented. Write https://.`,
    'ERR_CLIENT_CERTIFICATE',
    true,
  );
}

function namedAlias(
  server: AuthorizationServer,
  alias: ServerMetadata['mtlsTokenEndpoint'],
): string | undefined {
  try {
    return alias?.();
  } catch (error) {
    // It may have been mended since.
    server.doubt?.();
    throw error;
  }
}
