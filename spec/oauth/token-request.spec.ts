import { expect } from 'chai';
import { SECRET_METHODS } from '../../lib/oauth/client-authentication/secret-methods.js';
import { buildTokenRequest, type TokenRequestParts } from '../../lib/oauth/token-request.js';

const build = (changes: Partial<TokenRequestParts> = {}) =>
  buildTokenRequest({
    tokenEndpoint: 'https://as.example/token',
    grant: { grant_type: 'client_credentials' },
    proof: SECRET_METHODS.basic.prove('id', 's'),
    asked: { scope: [], resource: [], parameters: [] },
    ...changes,
  });

describe('buildTokenRequest', () => {
  it('is the least that RFC 6749 §4.4.2 asks for', () => {
    expect(build()).to.deep.equal({
      url: 'https://as.example/token',
      headers: {
        Authorization: `Basic ${btoa('id:s')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
        'User-Agent': 'm2m-token-provider',
      },
      body: 'grant_type=client_credentials',
    });
  });

  it('adds scope as one parameter, each resource as one, and the further parameters', () => {
    const { body } = build({
      asked: {
        scope: ['read', 'write'],
        resource: ['https://a.example/', 'https://b.example/'],
        parameters: [['audience', 'x&y=z']],
      },
    });
    expect(body).to.equal(
      'grant_type=client_credentials&scope=read+write&resource=https%3A%2F%2Fa.example%2F' +
        '&resource=https%3A%2F%2Fb.example%2F&audience=x%26y%3Dz',
    );
  });

  it('never authenticates twice: header or body', () => {
    const { headers, body } = build({ proof: SECRET_METHODS.post.prove('id', 's+1') });
    expect(headers).to.not.have.property('Authorization');
    expect(body).to.equal('grant_type=client_credentials&client_id=id&client_secret=s%2B1');
  });

  it('sends the parameters of the grant first, then those of the proof, then what is asked for', () => {
    const { body } = build({
      grant: { grant_type: 'urn:example:grant', assertion: 'a b' },
      proof: { parameters: { client_id: 'id' } },
      asked: { scope: ['read'], resource: [], parameters: [['x', '1']] },
    });
    expect(body).to.equal('grant_type=urn%3Aexample%3Agrant&assertion=a+b&client_id=id&scope=read&x=1');
  });

  it('lets no proof change what the form is, and what is accepted', () => {
    const { headers } = build({
      proof: { headers: { 'X-Key': 'k', 'Content-Type': 'text/plain', Accept: '*/*' } },
    });
    expect(headers).to.include({
      'X-Key': 'k',
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'application/json',
    });
  });

  it('sends nothing of a client that proves nothing by itself, as with a TLS certificate', () => {
    const { headers, body } = build({ proof: {} });
    expect(headers).to.not.have.property('Authorization');
    expect(body).to.equal('grant_type=client_credentials');
  });
});
