import { expect } from 'chai';
import { verifyInspected } from '../../../lib/cli/inspect/verify-inspected.js';
import { ConfigurationError } from '../../../lib/index.js';
import { startTokenServer, type TokenServer } from '../../../lib/testing.js';
import { rejection } from '../../support/rejection.js';

describe('verifyInspected', () => {
  let server: TokenServer;
  let token: string;
  before(async () => {
    server = await startTokenServer({ clientId: 'demo' });
    token = server.sign();
  });
  after(() => server.close());

  it('accepts a token of the issuer, for whom it must be', async () => {
    expect(await verifyInspected(token, { issuer: server.issuer, audience: ['other', 'demo'] }, {})).to.equal(
      undefined,
    );
    const env = { M2M_ISSUER: server.issuer, M2M_AUDIENCE: 'other demo' };
    expect(await verifyInspected(token, {}, env)).to.equal(undefined);
    const jwks = { 'jwks-uri': server.jwksUri, algorithm: ['ES256', 'RS256'] };
    expect(await verifyInspected(token, jwks, env)).to.equal(undefined);
  });

  it('says why it is not accepted', async () => {
    const env = { M2M_ISSUER: server.issuer, M2M_AUDIENCE: 'demo' };
    const code = async (text: string, values: object) =>
      (await verifyInspected(text, { ...values }, env))?.code;
    expect(await code(token, { audience: ['other'] })).to.equal('ERR_TOKEN_AUDIENCE');
    expect(await code(token, { algorithm: ['ES256'] })).to.equal('ERR_TOKEN_ALGORITHM');
    expect(await code(`${token.slice(0, -6)}AAAAAA`, {})).to.equal('ERR_TOKEN_SIGNATURE');
    expect(await code('opaque', {})).to.equal('ERR_TOKEN_MALFORMED');
  });

  const ISSUER = 'who must have signed it, by --issuer or --subdomain (M2M_ISSUER, M2M_SUBDOMAIN)';
  const AUDIENCE = 'whom it must be for, by --audience (M2M_AUDIENCE)';
  const incomplete: readonly [env: NodeJS.ProcessEnv, words: string][] = [
    [{}, `${ISSUER}, and ${AUDIENCE}`],
    [{ M2M_ISSUER: 'https://a.example' }, AUDIENCE],
    [{ M2M_AUDIENCE: 'demo' }, ISSUER],
    [{ M2M_SUBDOMAIN: 'acme', M2M_AUDIENCE: ' ' }, AUDIENCE],
  ];
  for (const [env, words] of incomplete) {
    it(`wants an issuer and an audience, and says which is missing of ${JSON.stringify(env)}`, async () => {
      const { message } = await rejection(verifyInspected(token, {}, env));
      expect(message).to.equal(`--verify wants to know ${words}.`);
    });
  }

  it('takes plain http where it is allowed, and checks addresses', async () => {
    const env = { M2M_ISSUER: 'http://as.example', M2M_AUDIENCE: 'a' };
    expect(await rejection(verifyInspected('a', {}, env))).to.be.instanceOf(ConfigurationError);
    expect((await verifyInspected('a', {}, { ...env, M2M_ALLOW_HTTP: 'true' }))?.code).to.equal(
      'ERR_TOKEN_MALFORMED',
    );
  });
});
