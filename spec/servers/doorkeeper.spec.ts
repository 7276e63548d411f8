import { describeServers } from '../support/servers/describe-servers.js';
import { doorkeeper } from '../support/servers/drivers/doorkeeper.js';

describeServers([doorkeeper], { reuse: true });
