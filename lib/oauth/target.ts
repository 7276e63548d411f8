import type { TargetSummary } from '../ground/events.js';
import { nodeCrypto } from '../ground/runtime/late-modules.js';
import type { ClientAuthenticator } from '../options/client-authenticator.js';
import type { TokenRequestSettings } from '../options/token-request-settings.js';
import { isBearerType, isDpopType } from '../token/bearer-token.js';
import type { ProofKey } from './dpop/proof-key.js';
import type { Grant } from './grant.js';
import type { AuthorizationServer } from './server/authorization-server.js';

/** What shapes a token. One token is held for each target. */
export interface Target extends TokenRequestSettings {
  readonly server: AuthorizationServer;
  readonly grant: Grant;
  readonly clientId: string;
  readonly authenticator: ClientAuthenticator;
  /** What its tokens are bound to, if they are. */
  readonly proofKey: ProofKey | undefined;
}

/** One key for one target: no two targets that differ in anything share it, and no secret is in it. */
export function keyOf({
  server,
  grant,
  clientId,
  authenticator,
  scope,
  resource,
  parameters,
  proofKey,
}: Target): string {
  const parts = [server.id, grant.id, clientId, authenticator.id, scope, resource, parameters];
  return JSON.stringify(proofKey ? [...parts, proofKey.thumbprint] : parts);
}

/**
 * Names a target where others can read: the SHA-256 of its key, as base64url. It shows no parameter and no address; only somebody
 * who guesses the whole target can tell that the guess is right.
 * @param binding what its tokens are bound to, where that may change
 */
export function digestOf(target: Target, binding?: string): string {
  const key = binding === undefined ? keyOf(target) : JSON.stringify([keyOf(target), binding]);
  return nodeCrypto().createHash('sha256').update(key).digest('base64url');
}

/** Whether a token of this type can be used: one that is not bound to the key would be of use to whoever steals it. */
export function acceptsType(
  { proofKey, tokenTypes }: Pick<Target, 'proofKey' | 'tokenTypes'>,
  type: string,
): boolean {
  return proofKey ? isDpopType(type) : isBearerType(type, tokenTypes);
}

/** The target as others may see it. */
export function summarize({ server, clientId, scope, resource }: Target): TargetSummary {
  return Object.freeze({ tokenEndpoint: server.address, clientId, scope, resource });
}
