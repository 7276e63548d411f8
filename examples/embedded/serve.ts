/**
 * An authorization server and an API on this machine, for the samples of the README: `npm run server`. They run until Ctrl+C.
 * With PORT set to another number, the server listens there, and the API at the next one; with 0, at any two that are free.
 */
import { startApi } from './api.js';
import { AuthorizationServer } from './authorization-server.js';

const DEMO_CLIENT = { clientId: 'demo-service', clientSecret: 'demo-secret' };

const port = Number(process.env.PORT ?? 8470);

try {
  const server = await AuthorizationServer.start({ ...DEMO_CLIENT, port });
  const api = await startApi(port && port + 1);
  console.log(`token endpoint  ${server.tokenEndpoint}
clientId        ${DEMO_CLIENT.clientId}
clientSecret    ${DEMO_CLIENT.clientSecret}
API             ${api}

They run until Ctrl+C.`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  console.error(`Port ${port} or ${port + 1} is in use. Choose another: PORT=9000 npm run server`);
  process.exit(1);
}
