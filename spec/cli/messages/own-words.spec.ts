import { expect } from 'chai';
import { inOwnWords } from '../../../lib/cli/messages/own-words.js';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';

const TABLE: readonly [message: string, own: string, command?: string][] = [
  ['No token within 30000 ms (maxWaitMs).', 'No token within 30000 ms (--max-wait).'],
  ['No token within 30000 ms (maxWaitMs).', 'No token within 30000 ms.', 'run'],
  ['No answer within 10000 ms (requestTimeoutMs).', 'No answer within 10000 ms.'],
  ['No answer within 10000 ms (requestTimeoutMs).', 'No answer within 10000 ms (--timeout).', 'doctor'],
  ['Was it read from a file? Then trim() it.', 'Was it read from a file? Then let it hold the secret alone.'],
  ['another audience (option audience: its issuer, or its endpoint); it does', 'another audience; it does'],
  ['is wrong; the server wants another assertionType.', 'is wrong.'],
  ['by NODE_EXTRA_CA_CERTS, or by the http option (httpsAgent with ca).', 'by NODE_EXTRA_CA_CERTS.'],
  ['in the address of the proxy, or as proxy.auth of the http option.', 'in the address of the proxy.'],
  [
    'speaks SOCKS, which needs an agent of its own: give it by the http option (httpsAgent).',
    'speaks SOCKS, which this program does not.',
  ],
  [
    'give it by authentication (tlsClient() of m2m-token-provider/client-auth), or by the http option (httpsAgent with cert and key).',
    'give it by --authentication tls_client_auth with --cert-file and --key-file.',
  ],
  ["use the option subdomain: 'acme' instead of region.", 'use --subdomain acme instead of region.'],
  [
    'names it. Without the option dpop: the server wants it.',
    'names it. If the server wants DPoP: this program has none.',
  ],
  ['Anything else.', 'Anything else.'],
];

const HOST = 'Check subdomain or tokenEndpoint (or issuer, or jwksUri), and the DNS.';
const ADDRESSES: readonly [message: string, env: NodeJS.ProcessEnv, words: string][] = [
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
  for (const [message, env, words] of ADDRESSES) {
    it(`says for ${Object.keys(env)[0] ?? 'nobody knows what'}: ${words}`, () => {
      const given = collectSettings({}, env);
      expect(inOwnWords(message, { command: 'token', given })).to.equal(words);
    });
  }

  for (const [message, own, command = 'token'] of TABLE) {
    it(`says for ${command}, in the place of "${message}": ${own}`, () =>
      expect(inOwnWords(message, { command, given: new Map() })).to.equal(own));
  }
});
