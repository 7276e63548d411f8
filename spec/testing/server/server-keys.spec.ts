import { expect } from 'chai';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { KEY_ALGORITHMS, ServerKeys } from '../../../lib/testing/server/server-keys.js';
import { rejection } from '../../support/rejection.js';

describe('ServerKeys', () => {
  const kidsOf = ({ jwks }: ServerKeys) => jwks.keys.map((key) => (key as { kid: string }).kid);

  for (const alg of KEY_ALGORITHMS)
    it(`sign by ${alg}, as jose verifies it`, async () => {
      const keys = await ServerKeys.make(alg);
      const token = keys.sign({ iss: 'me', sub: 'you' });
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys.jwks as never), {
        algorithms: [alg],
      });
      expect(payload).to.deep.equal({ iss: 'me', sub: 'you' });
      expect(decodeProtectedHeader(token)).to.deep.equal({ alg, kid: kidsOf(keys)[0], typ: 'at+jwt' });
      expect(keys.jwks.keys[0]).to.include({ alg, use: 'sig' }).and.to.not.have.property('d');
    });

  it('are of these kinds', () => {
    expect(KEY_ALGORITHMS).to.deep.equal(['RS256', 'PS256', 'ES256', 'EdDSA']);
  });

  it('begin with one key for all servers of a process, so that no test waits for it again', async () => {
    const [one, other] = await Promise.all([ServerKeys.make('ES256'), ServerKeys.make('ES256')]);
    expect(one.jwks).to.deep.equal(other.jwks);
    await one.rotate();
    expect(kidsOf(other)).to.have.length(1);
  });

  it('publish the last one still, and none before it', async () => {
    const keys = await ServerKeys.make('ES256');
    const [first] = kidsOf(keys);
    const token = keys.sign({});
    await keys.rotate();
    const [second, last] = kidsOf(keys);
    expect(last).to.equal(first);
    expect(second).to.not.equal(first);
    expect(decodeProtectedHeader(keys.sign({})).kid).to.equal(second);
    await jwtVerify(token, createLocalJWKSet(keys.jwks as never));
    await keys.rotate();
    expect(kidsOf(keys)).to.have.length(2).and.to.not.include(first);
    expect(await rejection(jwtVerify(token, createLocalJWKSet(keys.jwks as never)))).to.include({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });
});
