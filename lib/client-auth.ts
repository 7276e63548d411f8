export type { AssertionOptions } from './oauth/assertions/assertion-settings.js';
export type {
  AssertionFile,
  AssertionFunction,
  ClientAssertionOptions,
} from './oauth/assertions/client-assertion.js';
export { clientAssertion } from './oauth/assertions/client-assertion.js';
export type { ClientSecretJwtOptions, SecretAlgorithmName } from './oauth/assertions/client-secret-jwt.js';
export { clientSecretJwt } from './oauth/assertions/client-secret-jwt.js';
export type { KeyFileReference, PrivateKeyJwtOptions } from './oauth/assertions/private-key-jwt.js';
export { privateKeyJwt } from './oauth/assertions/private-key-jwt.js';
export type { RemoteKey } from './oauth/assertions/remote-signer.js';
export type { SigningAlgorithmName } from './oauth/jwt/signing-algorithms.js';
export type { TlsClientFiles, TlsClientOptions, TlsClientTexts } from './oauth/mutual-tls/tls-client.js';
export { tlsClient } from './oauth/mutual-tls/tls-client.js';
export type {
  ClientAuthenticator,
  ClientCertificate,
  ClientProof,
  TokenRequestDraft,
} from './options/client-authenticator.js';
export type { ClientSecret, PrivateKeyInput } from './options/token-provider-options.js';
