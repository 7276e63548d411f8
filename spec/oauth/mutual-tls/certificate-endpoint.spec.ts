import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError, TokenResponseError } from '../../../lib/ground/errors.js';
import { certificateEndpoint } from '../../../lib/oauth/mutual-tls/certificate-endpoint.js';

const server = { id: 'x', address: 'https://as.example', metadata: () => metadata };
const metadata = { tokenEndpoint: 'https://as.example/token' };

describe('certificateEndpoint', () => {
  it('is the token endpoint, or its alias', () => {
    expect(certificateEndpoint(server, metadata)).to.equal('https://as.example/token');
    const mtlsTokenEndpoint = () => 'https://mtls.example/token';
    expect(certificateEndpoint(server, { ...metadata, mtlsTokenEndpoint })).to.equal(
      'https://mtls.example/token',
    );
  });

  it('is nowhere where there is no TLS', () => {
    const plain = { ...metadata, tokenEndpoint: 'http://127.0.0.1/token' };
    expect(() => certificateEndpoint(server, plain))
      .to.throw(TokenRequestError, /plain http, where no certificate can be presented\. Write https:\/\/\.$/)
      .that.includes({ permanent: true, reason: 'ERR_CLIENT_CERTIFICATE' });
  });

  it('has the metadata looked at again where the alias is not fit for use', () => {
    const doubt = sinon.spy();
    const mtlsTokenEndpoint = () => {
      throw new TokenResponseError('not fit', true);
    };
    expect(() => certificateEndpoint({ ...server, doubt }, { ...metadata, mtlsTokenEndpoint })).to.throw(
      'not fit',
    );
    expect(doubt.callCount).to.equal(1);
    expect(() => certificateEndpoint(server, { ...metadata, mtlsTokenEndpoint })).to.throw('not fit');
  });
});
