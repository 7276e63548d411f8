/** The token endpoint of oidc-provider, with opaque tokens. */
import http from 'node:http';
import { Provider } from 'oidc-provider';
import { readSettings } from './settings.mjs';

const { port, lifetimeSeconds } = readSettings();

const clientOf = ({ id, secret, authentication }) => ({
  client_id: id,
  client_secret: secret,
  token_endpoint_auth_method: authentication === 'post' ? 'client_secret_post' : 'client_secret_basic',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
});
const makeProvider = (clients) =>
  new Provider(`http://127.0.0.1:${port}`, {
    clients: clients.map(clientOf),
    features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
    ttl: { ClientCredentials: lifetimeSeconds },
  });

/** A provider knows its clients from the beginning: another one is made when a secret changes. */
let current = { text: '', handle: undefined };
const handlerFor = ({ clients }) => {
  const text = JSON.stringify(clients);
  if (text !== current.text) current = { text, handle: makeProvider(clients).callback() };
  return current.handle;
};

http
  .createServer((request, response) => handlerFor(readSettings())(request, response))
  .listen(port, '127.0.0.1');
