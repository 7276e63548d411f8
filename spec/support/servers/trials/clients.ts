import type { ClientAuthentication } from '../../../../lib/index.js';
import { CREDENTIALS, type CredentialKind, type RegisteredClient } from '../server-driver.js';

export const METHODS: readonly ClientAuthentication[] = ['basic', 'basic-raw', 'post'];

/** The client of a trial, by its authentication method and what is odd about its credentials. */
export function clientOf(
  authentication: ClientAuthentication,
  kind: CredentialKind = 'plain',
): RegisteredClient {
  const odd = kind === 'plain' ? '' : kind;
  // No user name of HTTP Basic has a colon (RFC 7617 §2). The number tells ids apart that are misread.
  const id = `client${odd === ':' ? '' : odd}${CREDENTIALS.indexOf(kind)}${authentication.replace('-', '')}`;
  return { id, secret: `s3c${odd}ret`, authentication };
}

/** Whose secret one trial changes. */
export const ROTATED: RegisteredClient = { id: 'rotated', secret: 'before', authentication: 'post' };

export const CLIENTS: readonly RegisteredClient[] = [
  ...METHODS.flatMap((method) => CREDENTIALS.map((kind) => clientOf(method, kind))),
  ROTATED,
];
