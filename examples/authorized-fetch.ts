/** fetch that carries the token to one API, and to nobody else. */
import { TokenProvider } from 'm2m-token-provider';
import { createAuthorizedFetch } from 'm2m-token-provider/fetch';
import { startApi } from './embedded/api.js';
import { connection } from './embedded/connection.js';

const provider = new TokenProvider(await connection());
const [api, elsewhere] = [await startApi(), await startApi()];
const authorizedFetch = createAuthorizedFetch(provider, { origins: [api] });

for (const origin of [api, elsewhere]) {
  const response = await authorizedFetch(`${origin}/things`);
  console.log(origin === api ? 'the API:  ' : 'elsewhere:', await response.json());
}

await provider.close();
