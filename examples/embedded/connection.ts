import { AuthorizationServer } from './authorization-server.js';

const CLIENT = { clientId: 'demo-service', clientSecret: 'demo-secret' };

/**
 * Where the examples get their tokens: an authorization server in this process, so that they run anywhere.
 * For OneLogin, write `{ subdomain: 'acme', clientId, clientSecret }` in its place.
 */
export async function connection(): Promise<typeof CLIENT & { tokenEndpoint: string }> {
  const server = await AuthorizationServer.start(CLIENT);
  server.unref();
  return { ...CLIENT, tokenEndpoint: server.tokenEndpoint };
}
