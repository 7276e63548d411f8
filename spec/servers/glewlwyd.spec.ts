import { describeServers } from '../support/servers/describe-servers.js';
import { glewlwyd } from '../support/servers/drivers/glewlwyd.js';

describeServers([glewlwyd]);
