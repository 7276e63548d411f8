/** A real authorization server, in a process of its own: tells its address at first, and how many requests have come when asked. */
import { AuthorizationServer } from '../../../examples/embedded/authorization-server.js';
import { CLIENT } from './messages.js';

const LIFETIME_S = 12;

const server = await AuthorizationServer.start({ ...CLIENT, lifetimeSeconds: LIFETIME_S });
process.on('message', () => process.send?.(server.requests));
process.once('disconnect', () => process.exit());
process.send?.(server.tokenEndpoint);
