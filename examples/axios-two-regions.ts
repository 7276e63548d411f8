/** axios, one instance for each region: every request to its baseURL carries that region's token. */
import axios from 'axios';
import { attachToken, TokenProvider } from 'm2m-token-provider';
import { startApi } from './embedded/api.js';
import { connection } from './embedded/connection.js';

const [us, eu] = [await connection(), await connection()];
const { clientId, clientSecret } = us;
const provider = new TokenProvider({
  clientId,
  clientSecret,
  regions: { us: { tokenEndpoint: us.tokenEndpoint }, eu: { tokenEndpoint: eu.tokenEndpoint } },
});

for (const region of ['us', 'eu']) {
  const api = axios.create({ baseURL: await startApi() });
  attachToken(api, provider, { target: { region } });
  const [first, second] = await Promise.all([api.get('/things'), api.get('/others')]);
  console.log(
    region,
    first.data.carried,
    '· the same for the next request:',
    first.data.carried === second.data.carried,
  );
}

await provider.close();
