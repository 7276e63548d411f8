import { describeServers } from '../support/servers/describe-servers.js';
import { authlib } from '../support/servers/drivers/authlib.js';

describeServers([authlib]);
