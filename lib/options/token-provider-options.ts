import type { KeyObject, webcrypto } from 'node:crypto';
import type { TokenStore } from '../ground/token-store.js';
import type { ClientAuthenticator } from './client-authenticator.js';

/** How the client proves itself by a secret (RFC 6749 §2.3.1). */
export type ClientAuthentication = 'basic' | 'basic-raw' | 'post';

/** The client's secret, or a function that fetches it: asked at the first need, and again whenever the server refuses the client (at most once in 5 s). */
export type ClientSecret = string | (() => string | Promise<string>);

/** The name of a region: one of `regions`, or of OneLogin's first generation. */
export type RegionName = 'us' | 'eu' | 'openid-connect' | 'openid-connect-eu' | (string & {});

/** Where tokens come from: give exactly one. */
export interface ServerOptions {
  /** OneLogin's subdomain alone: `'acme'` stands for `https://acme.onelogin.com/oidc/2/token`. */
  readonly subdomain?: string | undefined;
  /**
   * A region: one of your own `regions`, or of OneLogin's first generation (`'us'`, `'eu'`), retired by OneLogin in 2021:
   * prefer `subdomain`.
   */
  readonly region?: RegionName | undefined;
  /** The address of any OAuth 2.0 token endpoint (RFC 6749 §3.2). Plain http only to this machine, or with `allowHttp`. */
  readonly tokenEndpoint?: string | URL | undefined;
  /**
   * The issuer of any server that publishes metadata (RFC 8414, OpenID Connect Discovery), exactly as these name it: they say where its
   * token endpoint is. They are fetched with the first token, and kept up to date in the background.
   */
  readonly issuer?: string | URL | undefined;
}

/** When tokens are renewed. */
export interface RefreshOptions {
  /** Whether tokens are renewed by timers; `false` renews during calls alone, for serverless. Default `true`. */
  readonly background?: boolean | undefined;
  /**
   * How long before its end a token is renewed, if `fraction` does not give a shorter time. Up to a third more, drawn at random;
   * never so late that the token is no longer usable. ms, 0 to 30 days. Default 20 min.
   */
  readonly aheadMs?: number | undefined;
  /** The same as a share of the token's lifetime; the shorter of the two counts. Above 0, up to 0.8. Default 0.5. */
  readonly fraction?: number | undefined;
  /** Whether a token is renewed even if nobody asked for it during its whole lifetime. Default `false`. */
  readonly keepWarm?: boolean | undefined;
}

/** How failed attempts are repeated. */
export interface RetryOptions {
  /** How many times a failed request is retried before waiting callers get an error. 0 to 100. Default 5. */
  readonly retries?: number | undefined;
  /** The upper bound of the wait before the first retry; it doubles with each retry. ms, 1 to 1 hour. Default 1 000. */
  readonly minDelayMs?: number | undefined;
  /** The longest wait; half of it while no usable token is held. ms, `minDelayMs` to 1 hour. Default 30 000. */
  readonly maxDelayMs?: number | undefined;
}

/** What shapes a token, beside the client and the place it comes from. */
export interface TokenRequestOptions {
  /**
   * How the client authenticates (RFC 6749 §2.3.1). `'basic'` is the header, form-encoded; `'basic-raw'` the header for
   * servers that do not decode it; `'post'` the body. Choose what is set for the app in OneLogin. Or an authenticator of
   * `m2m-token-provider/client-auth`, or one of your own, in the place of a secret. Default `'basic'`.
   */
  readonly authentication?: ClientAuthentication | ClientAuthenticator | undefined;
  /** The scope to ask for (RFC 6749 §3.3): an array, or one string with spaces. Default none. */
  readonly scope?: string | readonly string[] | undefined;
  /** The APIs the token is for (RFC 8707): any text without blanks, mostly absolute URIs. Default none. */
  readonly resource?: string | readonly string[] | undefined;
  /** Further form parameters of the token request. Default none. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * Further values of `token_type` that your server uses for bearer tokens, such as `'Application Access Token'`; the case does not
   * matter. `Bearer`, `BearerToken` and no value at all are always taken. Default none.
   */
  readonly tokenType?: string | readonly string[] | undefined;
}

/** The forms in which users give a private key: PEM, a JWK, or what Node.js or Web Crypto made of one. */
export type PrivateKeyInput = string | Buffer | JsonWebKey | KeyObject | webcrypto.CryptoKey;

/** A key as JSON (RFC 7517). `node:crypto` has a type of its own for it in some versions of `@types/node` alone. */
type JsonWebKey =
  | webcrypto.JsonWebKey
  | { readonly kty?: string | undefined; readonly [member: string]: unknown };

/** The key that tokens are bound to (DPoP, RFC 9449). */
export interface DpopOptions {
  /**
   * The private key: PEM, JWK (an object, or its JSON), `KeyObject` or `CryptoKey`. Needed with a `store`: all processes share it. Default
   * a new one, which never leaves this process.
   */
  readonly key?: PrivateKeyInput | undefined;
  /** What proofs are signed by. Default what fits the key; `ES256` for a new one. */
  readonly alg?: string | undefined;
}

/** An axios instance. Not by axios's own type: it has one for ES modules and another for CommonJS, which do not fit each other. */
export interface AxiosLike {
  request(config: never): Promise<unknown>;
}

/** What `new TokenProvider(options)` takes. All durations are in milliseconds. */
export interface TokenProviderOptions extends ServerOptions, TokenRequestOptions {
  /** The client for calls that name no client. Required, unless `resolveClient` is given. */
  readonly clientId?: string | undefined;
  /** The secret of that client, never shown by this package. Required, unless `authentication` is an authenticator. */
  readonly clientSecret?: ClientSecret | undefined;
  /**
   * Whether token endpoints and metadata may use plain http on any host, also those of `regions` and `resolveClient`: only for networks
   * that are protected in another way, such as a service mesh that encrypts. Secrets and tokens are then sent unencrypted,
   * also to a proxy that the environment or `http` names. Default `false`: plain http goes to loopback alone, and never to a proxy.
   */
  readonly allowHttp?: boolean | undefined;
  /** Your own names of regions, which win over OneLogin's: each a `subdomain`, a `tokenEndpoint` or an `issuer`. Default none. */
  readonly regions?: Readonly<Record<string, RegionServerOptions>> | undefined;
  /** Gives the settings of clients that are not configured here. Default: none, so there is only one client. */
  readonly resolveClient?: ResolveClient | undefined;
  readonly refresh?: RefreshOptions | undefined;
  readonly retry?: RetryOptions | undefined;
  /** How long one token request may take, and one call of `resolveClient`. ms, 1 to 10 min. Default 10 000. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a caller waits where no usable token is held. ms, 0 to 1 hour. Default 30 000. */
  readonly maxWaitMs?: number | undefined;
  /**
   * For how many targets tokens are held. When there are more, a target that was not asked for recently is dropped, never
   * one that callers wait for. 1 to 1 000 000. Default 1 000.
   */
  readonly maxTargets?: number | undefined;
  /** How many token requests may be under way at once; callers who wait go first. 1 to 1 000. Default 16. */
  readonly maxConcurrentRequests?: number | undefined;
  /** The lifetime of a token whose server names none. ms, 1 000 to 30 days. Default 300 000. */
  readonly defaultLifetimeMs?: number | undefined;
  /** Your own axios instance (proxy, CA, mTLS): its agents are used, but the safety settings of this package override its own. */
  readonly http?: AxiosLike | undefined;
  /**
   * Whether tokens are bound to a key, so that they are of no use to whoever steals them (DPoP, RFC 9449): each token request, and each
   * request that carries a token, has a proof by that key. The server must give tokens of the type `DPoP` then. Default `false`.
   */
  readonly dpop?: boolean | DpopOptions | undefined;
  /**
   * Where processes share tokens, so that one of them fetches for all: `RedisTokenStore`, or your own. When the store fails,
   * each process fetches its tokens itself.
   */
  readonly store?: TokenStore | undefined;
  /**
   * Whether `close()` has the tokens that are held revoked (RFC 7009): one request for each, all within a second, and without a word
   * where that fails. Needs `issuer` or `subdomain`; not with a `store`, since other processes go on using its tokens. Default `false`.
   */
  readonly revokeOnClose?: boolean | undefined;
}

/** Where a region of your own is: give exactly one. */
export type RegionServerOptions = Pick<ServerOptions, 'subdomain' | 'tokenEndpoint' | 'issuer'>;

/** Whose token a call asks for. What is left out is taken from the provider's options. */
export interface TargetOptions {
  /** The client. For any other client than the configured one, `resolveClient` is asked. */
  readonly clientId?: string | undefined;
  /** Where its token comes from: a name out of `regions`, or a region of OneLogin's. */
  readonly region?: RegionName | undefined;
  /** In the place of the provider's scope. */
  readonly scope?: string | readonly string[] | undefined;
  /** In the place of the provider's resource. */
  readonly resource?: string | readonly string[] | undefined;
}

/** What a call asked for, as `resolveClient` gets it: checked; scope and resource sorted, without duplicates. */
export interface ClientQuery {
  readonly clientId: string;
  readonly region: string | undefined;
  readonly scope: readonly string[] | undefined;
  readonly resource: readonly string[] | undefined;
}

/**
 * What `resolveClient` gives for a client. Scope and resource of the call override these; these override the provider's options.
 * A secret given as a string is asked for again, by another call of `resolveClient`, when the server refuses the client.
 */
export interface ClientSettings extends ServerOptions, TokenRequestOptions {
  /** The secret of the client, never shown by this package. Required, unless `authentication` is an authenticator. */
  readonly clientSecret?: ClientSecret | undefined;
}

/**
 * Gives the settings of a client, or `undefined` for an unknown client. Callers who ask for the same target at the same time
 * share one call, which may take `requestTimeoutMs`. It is not repeated until the target is evicted.
 */
export type ResolveClient = (
  query: ClientQuery,
) => ClientSettings | undefined | Promise<ClientSettings | undefined>;

/** How one call waits for its token. */
export interface WaitOptions {
  /** Ends this caller's wait, with the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
  /** How long this caller waits where no usable token is held. ms, 0 to 1 hour. Default: the provider's. */
  readonly maxWaitMs?: number | undefined;
  /** How long the token must stay usable from now on. ms, 0 to 30 days. Default 0. */
  readonly minValidityMs?: number | undefined;
}

/** What one call of `getToken()` may ask for. */
export interface GetTokenOptions extends TargetOptions, WaitOptions {}

/** One request that another HTTP client is about to send, and whose token it carries. */
export interface AuthorizeOptions extends GetTokenOptions {
  /** As it is sent: `'GET'`. */
  readonly method: string;
  /** Where it is sent to: an absolute https URL. Plain http only to this machine, or with the provider's `allowHttp`. */
  readonly url: string | URL;
  /**
   * What the API said in the header `DPoP-Nonce` of its last answer, if it did: it is in the proofs for this origin from now on
   * (RFC 9449 §9). Default what was given before.
   */
  readonly nonce?: string | undefined;
}
