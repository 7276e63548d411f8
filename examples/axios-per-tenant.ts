/** One axios instance for all tenants: each request says whose token it carries. */
import axios from 'axios';
import { attachToken, TokenProvider } from 'm2m-token-provider';
import { startApi } from './embedded/api.js';
import { connection } from './embedded/connection.js';

const { clientId: tenant, clientSecret, tokenEndpoint } = await connection();
const secrets = new Map([[tenant, clientSecret]]); // a vault or a database, more likely
const provider = new TokenProvider({
  tokenEndpoint,
  resolveClient: async ({ clientId }) => {
    const clientSecret = secrets.get(clientId);
    return clientSecret === undefined ? undefined : { clientSecret };
  },
});

const api = axios.create({ baseURL: await startApi() });
attachToken(api, provider, { target: ({ headers }) => ({ clientId: String(headers['X-Tenant']) }) });

const { data } = await api.get('/things', { headers: { 'X-Tenant': tenant } });
console.log(tenant, data.carried);

const unknown = await api.get('/things', { headers: { 'X-Tenant': 'nobody' } }).catch((error) => error);
console.log('nobody', unknown.message);

await provider.close();
