import { expect } from 'chai';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';
import { inOwnWords } from '../../../lib/cli/settings/own-words.js';

const HOST = 'Check subdomain or tokenEndpoint (or issuer, or jwksUri), and the DNS.';
const TABLE: readonly [message: string, env: NodeJS.ProcessEnv, words: string][] = [
  [HOST, {}, 'Check the address of the server, and the DNS.'],
  [HOST, { M2M_ISSUER: 'x' }, 'Check M2M_ISSUER, and the DNS.'],
  [HOST, { ONELOGIN_SUBDOMAIN: 'x' }, 'Check the address (ONELOGIN_SUBDOMAIN), and the DNS.'],
  ['Check its path, or the subdomain.', { M2M_TOKEN_ENDPOINT: 'x' }, 'Check the path in M2M_TOKEN_ENDPOINT.'],
  ['Check its path.', {}, 'Check the path in the address of the server.'],
  ['Check the path of the address; or not.', { M2M_ISSUER: 'x' }, 'Check the path in M2M_ISSUER; or not.'],
  [
    'the subdomain or address of another account.',
    { M2M_ISSUER: 'x' },
    'the address of another account (M2M_ISSUER).',
  ],
  ['Nothing of that.', { M2M_ISSUER: 'x' }, 'Nothing of that.'],
];

describe('inOwnWords', () => {
  for (const [message, env, words] of TABLE) {
    it(`says for ${Object.keys(env)[0] ?? 'nobody knows what'}: ${words}`, () =>
      expect(inOwnWords(message, collectSettings({}, env))).to.equal(words));
  }
});
