/** A token endpoint made with @node-oauth/oauth2-server. */
import { randomUUID } from 'node:crypto';
import OAuth2Server from '@node-oauth/oauth2-server';
import { findClient, formOf, listen, readSettings } from './settings.mjs';

const server = new OAuth2Server({
  accessTokenLifetime: readSettings().lifetimeSeconds,
  model: {
    getClient(id, secret) {
      const isRight = findClient(id)?.secret === secret;
      return isRight && { id, grants: ['client_credentials'] };
    },
    getUserFromClient: ({ id }) => ({ id }),
    generateAccessToken: () => randomUUID(),
    saveToken: (token, client, user) => ({ ...token, client, user }),
    getAccessToken: () => null,
  },
});

listen(async (message, answer) => {
  const { method, headers } = message;
  const request = new OAuth2Server.Request({ method, headers, query: {}, body: await formOf(message) });
  const response = new OAuth2Server.Response();
  // The response tells of errors, too.
  await server.token(request, response).catch(() => undefined);
  answer.writeHead(response.status, { ...response.headers, 'content-type': 'application/json' });
  answer.end(JSON.stringify(response.body));
});
