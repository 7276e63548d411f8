export type { AccessToken, AccessTokenFacts, Claims } from './access-token.js';
export type { AttachOptions, TargetOf, TokenHandle, TokenSource } from './attach/attach-options.js';
export type { AttachableAxios } from './attach/axios/attach-token.js';
export { attachToken } from './attach/axios/attach-token.js';
export type { ApiAnswer } from './attach/rejection-rule.js';
export type { ClientHandle } from './clients/client-handle.js';
export type { TokenProviderErrorCode } from './errors.js';
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
} from './errors.js';
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
  TokenOrigin,
  TokenProviderEvents,
} from './events.js';
export type {
  AxiosLike,
  ClientQuery,
  ClientSecret,
  ClientSettings,
  GetTokenOptions,
  RefreshOptions,
  RegionName,
  RegionWhereabouts,
  ResolveClient,
  RetryOptions,
  ShapeOptions,
  TargetOptions,
  TokenProviderOptions,
  WaitOptions,
  Whereabouts,
} from './options/token-provider-options.js';
export type { StoredState, StoredToken, TokenStore } from './options/token-store.js';
export type { EntryStatus } from './refresh/entry-status.js';
export type { TokenState } from './refresh/rule.js';
export { MemoryTokenStore } from './stores/memory-token-store.js';
export type { ClientAuthentication, TargetSummary } from './target.js';
export { TokenProvider } from './token-provider.js';
