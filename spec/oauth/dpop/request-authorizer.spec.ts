import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { ProofKey } from '../../../lib/oauth/dpop/proof-key.js';
import { RequestAuthorizer } from '../../../lib/oauth/dpop/request-authorizer.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';
import { rejection } from '../../support/rejection.js';

const key = new ProofKey(
  SigningKey.read(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, { option: 'key' }),
);
const request = { method: 'GET', url: 'https://api.example/x' };

describe('RequestAuthorizer', () => {
  it('gives one header with a bearer token', async () => {
    const calls: object[] = [];
    const getToken = async (call: object) => {
      calls.push(call);
      return 't1';
    };
    const headers = await new RequestAuthorizer(undefined, false).authorize(
      { ...request, scope: 'read', nonce: 'n' },
      getToken,
    );
    expect(headers).to.deep.equal({ Authorization: 'Bearer t1' });
    expect(calls).to.deep.equal([{ scope: 'read' }]);
  });

  it('gives a proof beside a token that is bound to a key, with the nonce that was told last', async () => {
    const authorizer = new RequestAuthorizer(key, false);
    const nonces = [];
    for (const nonce of [undefined, 'n1', undefined, 'n2']) {
      const { Authorization, DPoP = '' } = await authorizer.authorize(
        { ...request, nonce },
        async () => 't1',
      );
      expect(Authorization).to.equal('DPoP t1');
      nonces.push(decodeJwt(DPoP).nonce);
    }
    expect(nonces).to.deep.equal([undefined, 'n1', 'n1', 'n2']);
    expect(authorizer.prover?.nonceOf(request.url)).to.equal('n2');
  });

  it('rejects with what the token fails by, and asks for none where the request is malformed', async () => {
    const error = new Error('none');
    expect(
      await rejection(new RequestAuthorizer(key, false).authorize(request, () => Promise.reject(error))),
    ).to.equal(error);
    const malformed = new RequestAuthorizer(key, false).authorize({ method: 'GET' }, () =>
      expect.fail('asked'),
    );
    expect(await rejection(malformed)).to.include({ option: 'url' });
  });
});
