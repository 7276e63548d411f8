import { describeServers } from '../support/servers/describe-servers.js';
import { lemonLdap } from '../support/servers/drivers/lemonldap.js';

describeServers([lemonLdap]);
