import type { AxiosInstance } from 'axios';
import type { ClientAuthentication } from '../target.js';

/** The client's secret, or a function that fetches it: asked at the first need, and again after `invalid_client`. */
export type ClientSecret = string | (() => string | Promise<string>);

/** Where tokens come from: give exactly one. */
export interface Whereabouts {
  /** OneLogin's subdomain alone: `'acme'` stands for `https://acme.onelogin.com/oidc/2/token`. */
  readonly subdomain?: string | undefined;
  /** OneLogin's first generation, by region: `'us'` or `'eu'`. Retired by OneLogin in 2021; prefer `subdomain`. */
  readonly region?: 'us' | 'eu' | 'openid-connect' | 'openid-connect-eu' | undefined;
  /** The address of any OAuth 2.0 token endpoint (RFC 6749 §3.2). Plain http only to this machine. */
  readonly tokenEndpoint?: string | URL | undefined;
}

/** When tokens are renewed. */
export interface RefreshOptions {
  /** Whether tokens are renewed by timers; `false` renews during calls alone, for serverless. Default `true`. */
  readonly background?: boolean | undefined;
  /**
   * At most this long before its end a token falls due, up to a fifth more by chance; but always
   * well before it can no longer be used. ms, 0 to 30 days. Default 20 min.
   */
  readonly aheadMs?: number | undefined;
  /** At most this share of its life before its end a token falls due. Above 0, to 0.8. Default 0.5. */
  readonly fraction?: number | undefined;
  /** Whether renewal goes on when nobody has asked for a whole lifetime. Default `false`. */
  readonly keepWarm?: boolean | undefined;
}

/** How failed attempts are repeated. */
export interface RetryOptions {
  /** How many attempts follow the first before waiting callers are told. 0 to 100. Default 5. */
  readonly retries?: number | undefined;
  /** The longest first wait; it doubles each time. ms, 1 to 1 hour. Default 1 000. */
  readonly minDelayMs?: number | undefined;
  /** The longest wait; half of it while no usable token is held. ms, `minDelayMs` to 1 hour. Default 30 000. */
  readonly maxDelayMs?: number | undefined;
}

/** What `new TokenProvider(options)` takes. All durations are in milliseconds. */
export interface TokenProviderOptions extends Whereabouts {
  readonly clientId: string;
  readonly clientSecret: ClientSecret;
  /**
   * How the client authenticates (RFC 6749 §2.3.1). `'basic'` is the header, form-encoded; `'basic-raw'` the header for
   * servers that do not decode it; `'post'` the body. As the OneLogin app is set. Default `'basic'`.
   */
  readonly authentication?: ClientAuthentication | undefined;
  /** The scope to ask for (RFC 6749 §3.3): an array, or one string with spaces. Default none. */
  readonly scope?: string | readonly string[] | undefined;
  /** The APIs the token is for (RFC 8707): absolute URIs. Default none. */
  readonly resource?: string | readonly string[] | undefined;
  /** Further form parameters of the token request. Default none. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly refresh?: RefreshOptions | undefined;
  readonly retry?: RetryOptions | undefined;
  /** How long one token request may take. ms, 1 to 10 min. Default 10 000. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a caller waits where no usable token is held. ms, 0 to 1 hour. Default 30 000. */
  readonly maxWaitMs?: number | undefined;
  /** The lifetime of a token whose server names none. ms, 1 000 to 30 days. Default 300 000. */
  readonly defaultLifetimeMs?: number | undefined;
  /** Your own axios instance (proxy, CA, mTLS): its agents serve; this package's safety settings still win. */
  readonly http?: AxiosInstance | undefined;
}

/** What one call of `getToken()` may ask for. */
export interface GetTokenOptions {
  /** Ends this caller's wait, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long this caller waits where no usable token is held. ms, 0 to 1 hour. Default: the provider's. */
  readonly maxWaitMs?: number | undefined;
  /** How long the token must stay usable from now on. ms, 0 to 30 days. Default 0. */
  readonly minValidityMs?: number | undefined;
}
