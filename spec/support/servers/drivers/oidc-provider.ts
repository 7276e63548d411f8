import { allBut, type ServerDriver } from '../server-driver.js';
import { nodeApp } from './node-app.js';

/** Form-decodes Basic, and answers 400 `invalid_request` where it cannot. Takes ASCII alone. */
export const oidcProvider: ServerDriver = {
  name: 'oidc-provider',
  path: '/token',
  understands: { basic: allBut('é€'), 'basic-raw': ['plain', ':', ' '], post: allBut('é€') },
  ...nodeApp('oidc-provider.mjs'),
};
