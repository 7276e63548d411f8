import { expect } from 'chai';
import { findRemedy } from '../../lib/oauth/remedies.js';

const REQUEST = {
  tokenEndpoint: 'https://as.example/token',
  authentication: 'basic',
  isEncodingVisible: false,
  hasAssertion: false,
};

const remedy = (httpStatus: number, error?: string, changes: object = {}) =>
  findRemedy({ httpStatus, error }, { ...REQUEST, ...changes });

describe('findRemedy', () => {
  it('speaks of the secret first, whatever word refuses the client', () => {
    for (const error of [
      'invalid_client',
      'unauthorized_client',
      'access_denied',
      'invalid_grant',
      'bad_secret',
    ])
      expect(remedy(401, error)).to.match(/^The usual causes: a wrong or rotated clientSecret/);
    expect(remedy(400, 'InvalidClient')).to.equal(remedy(400, 'invalid_client'));
    expect(remedy(401, 'unauthorized_client')).to.match(/may not use the client credentials grant/);
    for (const status of [401, 403]) expect(remedy(status)).to.match(/^The usual causes/);
  });

  it('speaks of the assertion in the place of the secret where the client proved itself by one', () => {
    const by = { authentication: 'private_key_jwt k', hasAssertion: true };
    for (const error of [
      'invalid_client',
      'unauthorized_client',
      'access_denied',
      'invalid_grant',
      undefined,
    ]) {
      expect(remedy(401, error, by)).to.match(/^The usual causes: the server wants another audience/);
      expect(remedy(401, error, by)).to.not.contain('clientSecret');
    }
    expect(remedy(401, 'unauthorized_client', by)).to.match(/ may not use the client credentials grant\.$/);
    expect(remedy(400, undefined, by)).to.match(
      /^The server does not say clearly what is wrong\. The usual causes: the server wants another audience/,
    );
    expect(remedy(400, 'invalid_scope', by)).to.equal(remedy(400, 'invalid_scope'));
  });

  it('names the other form of Basic where the credentials have characters that form-encoding changes', () => {
    const isEncodingVisible = true;
    for (const [authentication, other] of [
      ['basic', 'basic-raw'],
      ['basic-raw', 'basic'],
    ]) {
      for (const error of ['invalid_client', 'invalid_request', undefined])
        expect(remedy(401, error, { isEncodingVisible, authentication })).to.match(
          new RegExp(`try authentication: '${other}'\\.$`),
        );
      expect(remedy(401, 'invalid_client', { authentication })).to.not.contain('try authentication');
    }
    expect(remedy(401, 'invalid_client', { isEncodingVisible, authentication: 'post' })).to.not.contain(
      'try ',
    );
    expect(remedy(400, 'invalid_scope', { isEncodingVisible })).to.not.contain('try ');
  });

  const table: [number, RegExp][] = [
    [404, /^There is no token endpoint at this address\./],
    [405, /takes no token requests \(POST\)/],
    [407, /^A proxy on the way wants a login/],
    [410, /^This address has been given up/],
    [413, /^The request is too large/],
    [415, /does not take forms/],
  ];
  for (const [status, words] of table) {
    it(`says what to look at for ${status}`, () => expect(remedy(status)).to.match(words));
  }

  it('speaks of the address for a 404 that is not of OAuth, but says in a sentence what is missing', () => {
    expect(remedy(404, 'Not Found')).to.match(/^There is no token endpoint/);
    expect(remedy(404, 'client not found')).to.match(/^There is no token endpoint/);
    expect(remedy(404, 'invalid_client')).to.match(/^The usual causes/);
  });

  it('says what to look at first where a server gives no reason, as some do to a wrong secret', () => {
    for (const one of [remedy(400), remedy(400, 'oops'), remedy(200, 'oops')])
      expect(one).to.match(/check clientSecret and authentication first/);
  });

  it('speaks of the address for a status that no token endpoint gives', () => {
    for (const status of [406, 418, 423, 451])
      expect(remedy(status)).to.match(/^No token endpoint answers that/);
  });

  it('speaks of clock and address for a proof that is refused, and of the option where there was none', () => {
    for (const error of ['invalid_dpop_proof', 'InvalidDpopProof'])
      expect(remedy(400, error))
        .to.match(
          /^Is the clock of this machine right\? Or a proxy in front of the server changes the address/,
        )
        .and.match(/Without the option dpop: the server wants it\.$/);
  });

  it('says nothing where the request is tried again', () => {
    for (const status of [408, 429, 500, 503]) expect(remedy(status)).to.equal('');
    for (const word of ['access_denied', 'invalid_request']) expect(remedy(429, word)).to.equal('');
  });

  it('says whose matter it is where a server wants a nonce, and was not content with the one that it told', () => {
    for (const status of [400, 401])
      expect(remedy(status, 'use_dpop_nonce')).to.match(
        /tells none in DPoP-Nonce\. Whoever runs the server must/,
      );
    expect(remedy(400, 'invalid_dpop_proof')).to.match(/^Is the clock of this machine right\?/);
  });

  it('speaks of the certificate where the client has shown one, and of nothing else', () => {
    const certificate = { cert: 'x', key: 'k' };
    for (const error of ['invalid_client', 'unauthorized_client', undefined])
      expect(remedy(401, error, { certificate })).to.match(/^The client certificate/);
    expect(remedy(400, 'invalid_scope', { certificate })).to.equal(remedy(400, 'invalid_scope'));
  });
});
