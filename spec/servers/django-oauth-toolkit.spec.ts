import { describeServers } from '../support/servers/describe-servers.js';
import { djangoOAuthToolkit } from '../support/servers/drivers/django-oauth-toolkit.js';

describeServers([djangoOAuthToolkit]);
