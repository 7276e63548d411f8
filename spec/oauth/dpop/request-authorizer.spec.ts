import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { RequestAuthorizer } from '../../../lib/oauth/dpop/request-authorizer.js';
import { claimsOf, makeProofKey, verifyProof } from '../../support/proof-keys.js';
import { rejection } from '../../support/rejection.js';

const GOOD = { method: 'GET', url: 'https://api.example/things?a=1' };

describe('RequestAuthorizer', () => {
  const getToken = sinon.spy(async (_: object) => 'the-token');
  beforeEach(() => getToken.resetHistory());

  it('gives the header alone where tokens are not bound', async () => {
    const authorizer = new RequestAuthorizer(undefined, false);
    expect(authorizer.prover).to.equal(undefined);
    const headers = await authorizer.authorize({ ...GOOD, nonce: 'n', scope: 's' }, getToken);
    expect(headers).to.deep.equal({ Authorization: 'Bearer the-token' });
    expect(getToken.args).to.deep.equal([[{ scope: 's' }]]);
  });

  it('gives a proof beside it where they are, another one each time', async () => {
    const authorizer = new RequestAuthorizer(makeProofKey(), false);
    const all = [await authorizer.authorize(GOOD, getToken), await authorizer.authorize(GOOD, getToken)];
    for (const headers of all) {
      expect(headers)
        .to.have.all.keys('Authorization', 'DPoP')
        .and.include({ Authorization: 'DPoP the-token' });
      const { payload } = await verifyProof(headers.DPoP);
      expect(payload).to.include({ htm: 'GET', htu: 'https://api.example/things' }).and.have.property('ath');
    }
    expect(all[0]?.DPoP).to.not.equal(all[1]?.DPoP);
  });

  it('repeats a nonce to its origin from then on, and the same in attached requests', async () => {
    const authorizer = new RequestAuthorizer(makeProofKey(), false);
    const nonceIn = async (changes: object) =>
      claimsOf((await authorizer.authorize({ ...GOOD, ...changes }, getToken)).DPoP).nonce;
    expect(await nonceIn({})).to.equal(undefined);
    expect(await nonceIn({ nonce: 'n' })).to.equal('n');
    expect(await nonceIn({ url: 'https://api.example/other' })).to.equal('n');
    expect(await nonceIn({ url: 'https://other.example/' })).to.equal(undefined);
    expect(authorizer.prover?.nonceOf(GOOD.url)).to.equal('n');
  });

  it('takes plain http only where that is allowed', async () => {
    const url = 'http://api.example/';
    const ask = (allowHttp: boolean) =>
      new RequestAuthorizer(undefined, allowHttp).authorize({ ...GOOD, url }, getToken);
    expect(await rejection(ask(false))).to.be.instanceOf(ConfigurationError);
    expect(getToken.callCount).to.equal(0);
    expect(await ask(true)).to.have.property('Authorization');
  });

  it('rejects with what is wrong, rather than to throw', async () => {
    const authorizer = new RequestAuthorizer(makeProofKey(), false);
    expect(await rejection(authorizer.authorize(undefined, getToken))).to.be.instanceOf(ConfigurationError);
    const error = new Error('no token');
    expect(await rejection(authorizer.authorize(GOOD, sinon.stub().rejects(error)))).to.equal(error);
  });
});
