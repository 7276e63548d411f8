import https from 'node:https';
import axios from 'axios';
import { expect } from 'chai';
import { tlsClient } from '../../lib/client-auth.js';
import { TokenEndpointError, TokenProvider } from '../../lib/index.js';
import { CertificateAuthority, type KeyAndCertificate } from '../support/certificates.js';
import { jwkOf, MtlsOidcProvider } from '../support/mtls-oidc-provider.js';
import { thumbprintOf } from '../support/mtls-server.js';
import { rejection } from '../support/rejection.js';

describe('oidc-provider, with client certificates', () => {
  let authority: CertificateAuthority;
  let signed: KeyAndCertificate;
  let own: KeyAndCertificate;
  let next: KeyAndCertificate;
  let server: MtlsOidcProvider;
  before(async () => {
    authority = await CertificateAuthority.create();
    const elsewhere = await CertificateAuthority.create('Nobody knows this CA');
    signed = await authority.issue(['client.example']);
    [own, next] = await Promise.all([elsewhere.issue(['own']), elsewhere.issue(['own'])]);
    server = await MtlsOidcProvider.start(await authority.issue(['localhost']), authority.pem, [
      {
        client_id: 'signed',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: 'client.example',
      },
      {
        client_id: 'own',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [jwkOf(own.cert), jwkOf(next.cert)] as never },
      },
    ]);
  });
  after(() => server.stop());

  const open = (clientId: string, pair: KeyAndCertificate) =>
    new TokenProvider({
      issuer: server.issuer,
      clientId,
      authentication: tlsClient(pair),
      http: axios.create({ httpsAgent: new https.Agent({ ca: authority.pem }), proxy: false }),
    });

  for (const [method, clientId, pairs] of [
    ['tls_client_auth', 'signed', () => [signed]],
    ['self_signed_tls_client_auth', 'own', () => [own, next]],
  ] as [string, string, () => KeyAndCertificate[]][]) {
    it(`gives tokens that are bound to the certificate, at its alias: ${method}`, async () => {
      for (const pair of pairs()) {
        await using provider = open(clientId, pair);
        await provider.getToken();
        expect(provider.peek()?.claims?.cnf).to.deep.equal({ 'x5t#S256': thumbprintOf(pair.cert) });
      }
    });

    it(`refuses another certificate, and callers are told which: ${method}`, async () => {
      const other = await authority.issue(['other.example']);
      await using provider = open(clientId, other);
      const error = await rejection(provider.getToken());
      expect(error).to.be.instanceOf(TokenEndpointError).and.include({ error: 'invalid_client' });
      expect(error.message).to.contain(thumbprintOf(other.cert));
    });
  }
});
