import { randomUUID } from 'node:crypto';
import type { ClientBook } from './presented-client.js';
import { FunctionFault, type ServerAnswer } from './server-answer.js';
import type { ServerKeys } from './server-keys.js';
import { readTokenGrant, type TokenServerRequest } from './token-grant.js';
import {
  readLifetime,
  type TokenServerClient,
  type TokenServerGrant,
  type TokenServerSettings,
} from './token-server-options.js';

type Claims = Readonly<Record<string, unknown>>;

/** The names of the metadata for ways to authenticate (RFC 8414 §2). */
const METHODS = {
  basic: 'client_secret_basic',
  'basic-raw': 'client_secret_basic',
  post: 'client_secret_post',
} as const;

/** What an authorization server knows and does, without a network. */
export class TokenIssuer implements ClientBook {
  readonly issuer: string;
  readonly keys: ServerKeys;
  readonly #settings: TokenServerSettings;
  readonly #secrets = new Map<string, string>();
  #lifetimeMs: number;

  constructor(issuer: string, keys: ServerKeys, settings: TokenServerSettings) {
    this.issuer = issuer;
    this.keys = keys;
    this.#settings = settings;
    this.#lifetimeMs = settings.lifetimeMs;
    this.addClient(settings);
  }

  get authentication(): TokenServerSettings['authentication'] {
    return this.#settings.authentication;
  }

  get lifetimeMs(): number {
    return this.#lifetimeMs;
  }

  set lifetimeMs(lifetimeMs: number) {
    this.#lifetimeMs = readLifetime(lifetimeMs);
  }

  addClient({ clientId, clientSecret }: TokenServerClient): void {
    this.#secrets.set(clientId, clientSecret);
  }

  secretOf(clientId: string): string | undefined {
    return this.#secrets.get(clientId);
  }

  get metadata(): object {
    const { issuer, authentication } = this;
    return {
      issuer,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: authentication.map((way) => METHODS[way]),
    };
  }

  /**
   * The answer to a good token request (RFC 6749 §5.1).
   * @throws {Refusal} when there is anything wrong with it
   * @throws {FunctionFault} when the user's function gives no token
   */
  issue(request: TokenServerRequest): ServerAnswer {
    const grant = readTokenGrant(request, this);
    const access_token = this.#give(grant) ?? this.#signFor(grant);
    const expires_in = this.#lifetimeMs / 1_000;
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in, scope: grant.scope } };
  }

  /** A token of the first client, but for the claims that are given; one that is `undefined` is left out. */
  sign(claims: Claims): string {
    const { clientId, audience = [clientId] } = this.#settings;
    const at = Date.now();
    return this.keys.sign({
      iss: this.issuer,
      sub: clientId,
      client_id: clientId,
      aud: audience.length === 1 ? audience[0] : audience,
      iat: Math.floor(at / 1_000),
      // Not before the time that `expires_in` says.
      exp: Math.ceil((at + this.#lifetimeMs) / 1_000),
      jti: randomUUID(),
      ...claims,
    });
  }

  #give(grant: TokenServerGrant): string | undefined {
    try {
      return this.#settings.giveToken?.(grant);
    } catch (thrown) {
      throw new FunctionFault(thrown);
    }
  }

  #signFor({ clientId, scope, resource }: TokenServerGrant): string {
    const { audience = resource.length > 0 ? resource : [clientId] } = this.#settings;
    return this.sign({
      sub: clientId,
      client_id: clientId,
      aud: audience.length === 1 ? audience[0] : audience,
      scope,
    });
  }
}
