import { ALL, allBut, type ServerDriver } from '../server-driver.js';
import { nodeApp } from './node-app.js';

/** Does not form-decode Basic, cuts a secret at its first colon. Refuses with a bare 401 of one word. */
export const oauth2orize: ServerDriver = {
  name: 'oauth2orize with passport',
  path: '/token',
  understands: { basic: ['plain'], 'basic-raw': allBut(':'), post: ALL },
  ...nodeApp('oauth2orize.mjs'),
};
