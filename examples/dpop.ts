/** Tokens that are bound to a key (DPoP, RFC 9449): whoever steals one can do nothing with it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { attachToken, TokenProvider } from 'm2m-token-provider';
import { AuthorizationServer } from './embedded/authorization-server.js';
import { judgeBoundRequest } from './embedded/bound-api.js';

const client = { clientId: 'demo-service', clientSecret: 'demo-secret' };
const server = await AuthorizationServer.start(client);
server.unref();

// An API that wants a nonce of its own in each proof.
const api = http.createServer(async (request, response) => {
  const error = await judgeBoundRequest(request, 'nonce-of-today');
  response.setHeader('DPoP-Nonce', 'nonce-of-today');
  if (error) response.setHeader('WWW-Authenticate', `DPoP error="${error}"`);
  response.writeHead(error ? 401 : 200).end();
  console.log('the API says', error ?? 'yes');
});
await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;

const provider = new TokenProvider({ issuer: server.issuer, ...client, dpop: true });
const things = axios.create({ baseURL, validateStatus: () => true });
attachToken(things, provider);

// The API asks for its nonce once. The caller does not notice.
console.log('first:', (await things.get('/things')).status);
console.log('second:', (await things.get('/things')).status);

// A thief has the token, and not the key.
const stolen = await provider.getToken();
const headers = { Authorization: `DPoP ${stolen}` };
console.log('the thief:', (await axios.get(baseURL, { headers, validateStatus: () => true })).status);

// Any other HTTP client: the headers for one request.
const url = `${baseURL}/orders`;
const answer = await fetch(url, {
  method: 'POST',
  headers: await provider.authorize({ method: 'POST', url }),
});
console.log('fetch:', answer.status);

await provider.close();
api.close();
api.closeAllConnections();
