export type { AttachOptions, TargetOf, TokenHandle, TokenSource } from './attach/attach-options.js';
export type { AttachableAxios, ConfigOf } from './attach/axios/attach-token.js';
export { attachToken } from './attach/axios/attach-token.js';
export type { ApiAnswer } from './attach/rejection-rule.js';
export type { EntryHealth, HealthStatus } from './entry/entry-health.js';
export type { EntryStatus } from './entry/entry-status.js';
export type { ProviderHealth } from './entry/provider-health.js';
export type { TokenRequestMessage } from './ground/diagnostics/token-request-channel.js';
export type { WaitMessage } from './ground/diagnostics/wait-channel.js';
export type { TokenEndpointFailure, TokenProviderErrorCode } from './ground/errors.js';
export {
  ConfigurationError,
  ProviderClosedError,
  TokenAttemptError,
  TokenEndpointError,
  TokenProviderError,
  TokenRequestError,
  TokenResponseError,
  TokenStoreError,
  TokenUnavailableError,
} from './ground/errors.js';
export type {
  DegradeEvent,
  EventName,
  EvictEvent,
  ExpireEvent,
  FailureEvent,
  Listener,
  RecoverEvent,
  RefreshEvent,
  RefreshReason,
  RejectEvent,
  RetryEvent,
  StoreTrouble,
  TargetSummary,
  TokenOrigin,
  TokenProviderEvents,
} from './ground/events.js';
export type { StoredState, StoredToken, TokenStore } from './ground/token-store.js';
export type { RequestProver } from './oauth/dpop/request-prover.js';
export type { ClientAuthenticator, ClientProof, TokenRequestDraft } from './options/client-authenticator.js';
export type {
  AuthorizeOptions,
  AxiosLike,
  ClientAuthentication,
  ClientQuery,
  ClientSecret,
  ClientSettings,
  DpopOptions,
  GetTokenOptions,
  RefreshOptions,
  RegionName,
  RegionServerOptions,
  ResolveClient,
  RetryOptions,
  ServerOptions,
  TargetOptions,
  TokenProviderOptions,
  TokenRequestOptions,
  WaitOptions,
} from './options/token-provider-options.js';
export type { ClientHandle } from './registry/client-handle.js';
export { MemoryTokenStore } from './stores/memory-token-store.js';
export type { AccessToken, AccessTokenFacts } from './token/access-token.js';
export type { Claims } from './token/claims.js';
export type { TokenState } from './token/token-slot.js';
export { TokenProvider } from './token-provider.js';
