import { describeServers } from '../support/servers/describe-servers.js';
import { jmondi } from '../support/servers/drivers/jmondi.js';
import { nodeOAuth } from '../support/servers/drivers/node-oauth.js';
import { oauth2orize } from '../support/servers/drivers/oauth2orize.js';
import { oidcProvider } from '../support/servers/drivers/oidc-provider.js';

describeServers([nodeOAuth, jmondi, oauth2orize, oidcProvider]);
