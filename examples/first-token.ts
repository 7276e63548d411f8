/** The first token: ask before every call, and let the provider see to the rest. */
import { TokenProvider } from 'm2m-token-provider';
import { connection } from './embedded/connection.js';

const provider = new TokenProvider(await connection());

const token = await provider.getToken();
const sameToken = await provider.getToken();

console.log('Authorization: Bearer', token.slice(0, 10).replace(/./g, '•'), `(${token.length} characters)`);
console.log('asked twice, fetched once:', token === sameToken);
console.log('renewal planned for', new Date(provider.peek()?.dueAt ?? 0).toISOString());

await provider.close();
