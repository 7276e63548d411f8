/** An undici pool whose requests carry the token. */
import { TokenProvider } from 'm2m-token-provider';
import { tokenInterceptor } from 'm2m-token-provider/undici';
import { Pool } from 'undici';
import { startApi } from './embedded/api.js';
import { connection } from './embedded/connection.js';

const provider = new TokenProvider(await connection());
const api = await startApi();
const pool = new Pool(api, { connections: 4 }).compose(tokenInterceptor(provider, { origins: [api] }));

const { statusCode, body } = await pool.request({ path: '/things', method: 'GET' });
console.log(statusCode, await body.json());

await pool.close();
await provider.close();
