import { createHash } from 'node:crypto';

/** How the client proves who it is to the token endpoint. */
export type ClientAuthentication = 'basic' | 'basic-raw' | 'post';

/** What a target looks like in events and in `status()`: nothing secret in it. */
export interface TargetSummary {
  /** Without its query. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly resource: readonly string[];
}

/** What shapes a token. One token is held for each. */
export interface Target {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  /** Sorted, each once. */
  readonly scope: readonly string[];
  /** Sorted, each once. */
  readonly resource: readonly string[];
  /** Name and value pairs, sorted by name. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** How a token endpoint is named where others can read: without its query, which may hold what they should not. */
export function addressOf(tokenEndpoint: string): string {
  const { origin, pathname } = new URL(tokenEndpoint);
  return origin + pathname;
}

/** One key for one target: no two that differ in anything share it, and no secret is in it. */
export function keyOf({
  tokenEndpoint,
  clientId,
  authentication,
  scope,
  resource,
  parameters,
}: Target): string {
  return JSON.stringify([tokenEndpoint, clientId, authentication, scope, resource, parameters]);
}

/**
 * Names a target where others can read: the SHA-256 of its key, as base64url. It shows no parameter and no address; whoever
 * guesses the whole target can tell that he is right.
 */
export function digestOf(target: Target): string {
  return createHash('sha256').update(keyOf(target)).digest('base64url');
}

export function summarize({ tokenEndpoint, clientId, scope, resource }: Target): TargetSummary {
  return Object.freeze({ tokenEndpoint: addressOf(tokenEndpoint), clientId, scope, resource });
}
