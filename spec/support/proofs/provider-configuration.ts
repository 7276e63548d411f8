import type { ClientMetadata, Configuration } from 'oidc-provider';
import { certificateOf } from './presented-certificate.js';

/** What the configuration depends on. */
export interface ProviderParts {
  readonly clients: ClientMetadata[];
  /** Where certificates are asked for. */
  readonly mutualOrigin: string;
  readonly nonceSecret: Buffer;
  lifetimeSeconds(): number;
  requiresNonce(): boolean;
}

const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export function configurationOf(parts: ProviderParts): Configuration {
  const { clients, mutualOrigin, nonceSecret } = parts;
  return {
    clients: clients.map((client) => ({
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      ...client,
    })),
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ],
    enabledJWA: {
      clientAuthSigningAlgValues: [...ALGORITHMS],
      dPoPSigningAlgValues: ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA', 'Ed25519'],
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: isOwn },
      introspection: { enabled: true, allowedPolicy: isOwn },
      dPoP: { enabled: true, nonceSecret, requireNonce: () => parts.requiresNonce() },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        tlsClientAuth: true,
        selfSignedTlsClientAuth: true,
        getCertificate: ({ req }) => certificateOf(req),
        certificateAuthorized: ({ req }) => (req.socket as { authorized?: boolean }).authorized === true,
        certificateSubjectMatches: ({ req }, property, expected) =>
          property === 'tls_client_auth_san_dns' && certificateOf(req)?.subjectAltName === `DNS:${expected}`,
      },
    },
    discovery: {
      mtls_endpoint_aliases: {
        token_endpoint: `${mutualOrigin}/token`,
        revocation_endpoint: `${mutualOrigin}/token/revocation`,
      },
    },
    ttl: { ClientCredentials: () => parts.lifetimeSeconds() },
  };
}

/** A client may ask about its own tokens alone. */
function isOwn(_: unknown, client: { clientId: string }, token: { clientId?: string | undefined }): boolean {
  return token.clientId === client.clientId;
}
