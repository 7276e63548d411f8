/**
 * Two services that call each other. Each gets tokens for the other, and verifies those that it is sent. Meanwhile the server changes its
 * keys, and goes down.
 */
import { createAuthorizedFetch } from 'm2m-token-provider/fetch';
import { AuthorizationServer } from '../embedded/authorization-server.js';
import { startService } from './service.js';

const CALLS = 200;
const ORDERS = { clientId: 'orders', clientSecret: 'secret-of-orders' };
const STOCK = { clientId: 'stock', clientSecret: 'secret-of-stock' };

const server = await AuthorizationServer.start({ ...ORDERS, otherClients: [STOCK] });
const { issuer } = server;
const [forOrders, forStock] = ['https://orders.example.com', 'https://stock.example.com'];
const orders = await startService({ issuer, ...ORDERS, audience: forOrders, calls: forStock });
const stock = await startService({ issuer, ...STOCK, audience: forStock, calls: forOrders });

const callStock = createAuthorizedFetch(orders.provider, { origins: stock.origin });
const callOrders = createAuthorizedFetch(stock.provider, { origins: orders.origin });

/** Lets each call the other many times, and tells how many calls were answered well. */
async function callEachOther(when: string): Promise<void> {
  let good = 0;
  for (let call = 0; call < CALLS; call += 2) {
    const answers = await Promise.all([callStock(stock.origin), callOrders(orders.origin)]);
    const words = await Promise.all(answers.map((answer) => answer.text()));
    good += words.filter((text, index) => text === ['called by orders', 'called by stock'][index]).length;
  }
  console.log(`${when.padEnd(32)}${good} of ${CALLS} calls answered`);
}

await callEachOther('first tokens');
await server.rotateKeys();
await callEachOther('keys changed, the same tokens');
await Promise.all([orders.provider.refresh(), stock.provider.refresh()]);
await callEachOther('tokens by the new key');
server.mood = 'unavailable';
await callEachOther('the server is down');

const strayed = { Authorization: `Bearer ${await orders.provider.getToken()}` };
const refused = await fetch(orders.origin, { headers: strayed });
console.log(`a token for the other service   ${refused.status} ${await refused.text()}`);
console.log(
  `asked of the server             tokens ${server.requests} times, keys ${server.keyRequests} times`,
);

await Promise.all([orders.close(), stock.close(), server.stop()]);
