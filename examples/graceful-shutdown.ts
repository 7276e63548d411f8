/** Graceful shutdown: stop taking work, let what is under way end, then close the provider. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProviderClosedError, TokenProvider } from 'm2m-token-provider';
import { connection } from './embedded/connection.js';

const provider = new TokenProvider(await connection());
const service = http.createServer(async (_request, response) => {
  try {
    await provider.getToken();
    response.end('called the API with a token\n');
  } catch (error) {
    response.writeHead(error instanceof ProviderClosedError ? 503 : 502).end();
  }
});

async function shutDown(): Promise<void> {
  await new Promise((resolve) => service.close(resolve));
  await provider.close();
  console.log('closed; tokens and timers are gone');
}

process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);

service.listen(0, '127.0.0.1', async () => {
  const { port } = service.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  console.log((await answer.text()).trim());
  process.kill(process.pid, 'SIGTERM');
});
