import { expect } from 'chai';
import { buildTokenRequest } from '../../lib/endpoint/token-request.js';
import type { Target } from '../../lib/target.js';

const TARGET: Target = {
  tokenEndpoint: 'https://as.example/token',
  clientId: 'id',
  authentication: 'basic',
  scope: [],
  resource: [],
  parameters: [],
};

describe('buildTokenRequest', () => {
  it('is the least that RFC 6749 §4.4.2 asks for', () => {
    expect(buildTokenRequest(TARGET, 's')).to.deep.equal({
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
    const { body } = buildTokenRequest(
      {
        ...TARGET,
        scope: ['read', 'write'],
        resource: ['https://a.example/', 'https://b.example/'],
        parameters: [['audience', 'x&y=z']],
      },
      's',
    );
    expect(body).to.equal(
      'grant_type=client_credentials&scope=read+write&resource=https%3A%2F%2Fa.example%2F' +
        '&resource=https%3A%2F%2Fb.example%2F&audience=x%26y%3Dz',
    );
  });

  it('never authenticates twice: header or body', () => {
    const { headers, body } = buildTokenRequest({ ...TARGET, authentication: 'post' }, 's+1');
    expect(headers).to.not.have.property('Authorization');
    expect(body).to.equal('grant_type=client_credentials&client_id=id&client_secret=s%2B1');
  });
});
