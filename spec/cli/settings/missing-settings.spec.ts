import { expect } from 'chai';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';
import { describeUnread, missingSettings } from '../../../lib/cli/settings/missing-settings.js';

const missing = (env: NodeJS.ProcessEnv) => missingSettings(collectSettings({}, env), env);
const WHOLE = { M2M_SUBDOMAIN: 'acme', M2M_CLIENT_ID: 'a', M2M_CLIENT_SECRET: 'b' };

describe('missingSettings', () => {
  it('is satisfied with a place, a client and a secret', () => {
    expect(missing(WHOLE)).to.equal(undefined);
    expect(missing({ ...WHOLE, M2M_CLIENT_SECRET: '', M2M_SECRET_FILE: 'f' })).to.equal(undefined);
  });

  const places = ['M2M_SUBDOMAIN', 'M2M_ISSUER', 'M2M_TOKEN_ENDPOINT'];
  for (const name of Object.keys(WHOLE)) {
    it(`tells that ${name} is missing, and how it is given`, () => {
      const words = missing({ ...WHOLE, [name]: undefined }) ?? '';
      expect(words).to.match(/^Not set: .*\. See m2m-token help settings\.$/);
      for (const way of places.includes(name) ? places : [name]) expect(words).to.contain(way);
      expect(words.split(', ')).to.have.length(1);
    });
  }

  for (const [method, needs] of [
    ['private_key_jwt', ['M2M_KEY_FILE']],
    ['client_secret_jwt', ['M2M_CLIENT_SECRET']],
    ['client_assertion', ['M2M_ASSERTION_FILE']],
    ['tls_client_auth', ['M2M_CERT_FILE', 'M2M_KEY_FILE']],
  ] as const) {
    it(`wants for ${method} what that needs, and no more`, () => {
      const env: NodeJS.ProcessEnv = { ...WHOLE, M2M_CLIENT_SECRET: '', M2M_AUTHENTICATION: method };
      const words = missing(env) ?? '';
      for (const name of needs) expect(words).to.contain(name);
      expect(words.match(/M2M_/g)).to.have.length(needs.length);
      expect(missing({ ...env, ...Object.fromEntries(needs.map((name) => [name, 'x'])) })).to.equal(
        undefined,
      );
    });
  }

  it('names variables that nobody reads', () => {
    const env = { ...WHOLE, M2M_CLIENT_SECRET: '', M2M_SECRET: 'x', M2M_TOKEN_SOCKET: 'y', PATH: 'z' };
    expect(missing(env)).to.contain('M2M_SECRET is set, but nothing reads that: is M2M_CLIENT_SECRET meant?');
    expect(missing(env)).to.not.contain('M2M_TOKEN_SOCKET');
    expect(describeUnread({ M2M_A: '', M2M_B: '' })).to.match(
      /^M2M_A, M2M_B are set, .* is the name right\?$/,
    );
    expect(describeUnread({ M2M_SCOP: '', M2M_B: '', M2M_ENDPOINT: '' })).to.match(
      /^M2M_SCOP, M2M_B, M2M_ENDPOINT are set, .* is M2M_SCOPE and M2M_TOKEN_ENDPOINT meant\?$/,
    );
    expect(describeUnread(WHOLE)).to.equal('');
  });
});
