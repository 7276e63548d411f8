/** How the client proves who it is to the token endpoint. */
export type ClientAuthentication = 'basic' | 'basic-raw' | 'post';

/** What a target looks like in events and in `status()`: nothing secret in it. */
export interface TargetSummary {
  /** Without its query, which may hold what others should not see. */
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

export function summarize({ tokenEndpoint, clientId, scope, resource }: Target): TargetSummary {
  const { origin, pathname } = new URL(tokenEndpoint);
  return Object.freeze({ tokenEndpoint: origin + pathname, clientId, scope, resource });
}
