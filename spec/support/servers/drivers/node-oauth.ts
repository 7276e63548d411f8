import { allBut, type ServerDriver } from '../server-driver.js';
import { nodeApp } from './node-app.js';

/** Does not form-decode Basic. Takes ASCII alone. Answers 400 to a wrong secret in the body, 401 to one in the header. */
export const nodeOAuth: ServerDriver = {
  name: '@node-oauth/oauth2-server',
  path: '/token',
  understands: { basic: ['plain'], 'basic-raw': allBut('é€'), post: allBut('é€') },
  ...nodeApp('node-oauth.mjs'),
};
