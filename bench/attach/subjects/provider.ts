import type { TokenProvider } from '../../../lib/index.js';
import type { TokenEndpoint } from '../../hot-path/token-endpoint.js';
import { loadLibrary } from '../../scale/library.js';

export async function makeProvider(endpoint: TokenEndpoint, dpop = false): Promise<TokenProvider> {
  const { TokenProvider } = await loadLibrary();
  return new TokenProvider({
    tokenEndpoint: 'https://auth.example.com/oauth/token',
    clientId: 'bench',
    clientSecret: 'secret',
    http: endpoint.http,
    dpop,
  });
}
