/** A token endpoint made with @jmondi/oauth2-server. */
import { randomUUID } from 'node:crypto';
import { AuthorizationServer, DateInterval } from '@jmondi/oauth2-server';
import { handleVanillaError } from '@jmondi/oauth2-server/vanilla';
import { findClient, formOf, listen, readSettings } from './settings.mjs';

const clients = {
  getByIdentifier: async (id) =>
    findClient(id) && { id, name: id, redirectUris: [], allowedGrants: ['client_credentials'], scopes: [] },
  isClientValid: async (_grant, { id }, secret) => findClient(id)?.secret === secret,
};
const tokens = {
  issueToken: async (client, scopes) => ({
    accessToken: randomUUID(),
    accessTokenExpiresAt: new Date(),
    client,
    scopes,
  }),
  persist: async () => undefined,
};
const scopes = { getAllByIdentifiers: async () => [], finalize: async (found) => found };

const server = new AuthorizationServer(clients, tokens, scopes, 'a key that signs nothing of worth');
server.enableGrantType('client_credentials', new DateInterval(`${readSettings().lifetimeSeconds}s`));

async function respond({ headers }, body) {
  try {
    return await server.respondToAccessTokenRequest({ headers, query: {}, body });
  } catch (error) {
    return handleVanillaError(error);
  }
}

listen(async (message, answer) => {
  const { status, headers, body } = await respond(message, await formOf(message));
  answer.writeHead(status, { ...headers, 'content-type': 'application/json' });
  answer.end(JSON.stringify(body));
});
