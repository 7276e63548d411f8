/** A token endpoint made with oauth2orize; passport authenticates the clients. */
import { randomUUID } from 'node:crypto';
import oauth2orize from 'oauth2orize';
import passport from 'passport';
import { BasicStrategy } from 'passport-http';
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password';
import { findClient, formOf, listen, readSettings } from './settings.mjs';

const { lifetimeSeconds } = readSettings();

const verify = (id, secret, done) => done(null, findClient(id)?.secret === secret && { id });
passport.use(new BasicStrategy(verify));
passport.use(new ClientPasswordStrategy(verify));
const authenticate = passport.authenticate(['basic', 'oauth2-client-password'], { session: false });

const server = oauth2orize.createServer();
const issue = (_client, _scope, done) => done(null, randomUUID(), null, { expires_in: lifetimeSeconds });
server.exchange(oauth2orize.exchange.clientCredentials(issue));
const [exchange, tellError] = [server.token(), server.errorHandler()];

listen(async (request, response) => {
  request.body = await formOf(request);
  const next = (error) => (error ? tellError(error, request, response) : response.writeHead(404).end());
  authenticate(request, response, (error) => (error ? next(error) : exchange(request, response, next)));
});
