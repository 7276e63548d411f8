import { ALL, type ServerDriver } from '../server-driver.js';
import { nodeApp } from './node-app.js';

/** Does not form-decode Basic, cuts a secret at its first colon, reads it as Latin-1. Rounds `expires_in` down. */
export const jmondi: ServerDriver = {
  name: '@jmondi/oauth2-server',
  path: '/token',
  understands: { basic: ['plain'], 'basic-raw': ['plain', '+', '%2F', ' '], post: ALL },
  ...nodeApp('jmondi.mjs'),
};
