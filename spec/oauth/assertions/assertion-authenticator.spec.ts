import { expect } from 'chai';
import sinon from 'sinon';
import {
  AssertionAuthenticator,
  type Signer,
  type SignerSource,
} from '../../../lib/oauth/assertions/assertion-authenticator.js';
import { readAssertionSettings } from '../../../lib/oauth/assertions/assertion-settings.js';
import { assertionOf, draftOf, partsOf } from '../../support/assertions.js';
import { VirtualTime } from '../../support/virtual-time.js';

const signer: Signer = { alg: 'ES256', kid: 'k1', sign: () => Uint8Array.of(1, 2, 3) };
const sourceOf = (members: Partial<SignerSource> = {}): SignerSource => ({
  id: 'private_key_jwt test',
  current: () => signer,
  secrets: () => ['s3cret'],
  ...members,
});
const by = (source = sourceOf(), options = {}) =>
  new AssertionAuthenticator(source, readAssertionSettings(options));

describe('AssertionAuthenticator', () => {
  it('has the id and the secrets of its source', () => {
    expect(by().id).to.equal('private_key_jwt test');
    expect(by().secrets()).to.deep.equal(['s3cret']);
  });

  it('names algorithm, type and key in the header', async () => {
    expect((await partsOf(by())).header).to.deep.equal({
      alg: 'ES256',
      typ: 'client-authentication+jwt',
      kid: 'k1',
    });
    const nameless = by(sourceOf({ current: () => ({ ...signer, kid: undefined }) }), { typ: 'JWT' });
    expect((await partsOf(nameless)).header).to.deep.equal({ alg: 'ES256', typ: 'JWT' });
  });

  it('is for one audience: the option, else the issuer, else the token endpoint', async () => {
    const { tokenEndpoint } = draftOf();
    const withIssuer = draftOf({ issuer: 'https://as.example' });
    expect((await partsOf(by())).claims.aud).to.equal(tokenEndpoint);
    expect((await partsOf(by(), withIssuer)).claims.aud).to.equal('https://as.example');
    const own = by(sourceOf(), { audience: 'urn:as' });
    expect((await partsOf(own, withIssuer)).claims.aud).to.equal('urn:as');
  });

  it('is of the client of the request, for as long as is asked for, by the wall clock', async () => {
    const time = new VirtualTime(1_700_000_000_999);
    try {
      const { claims } = await partsOf(by(), draftOf({ clientId: 'globex' }));
      const { jti, ...others } = claims;
      expect(others).to.deep.equal({
        iss: 'globex',
        sub: 'globex',
        aud: 'https://as.example/token',
        iat: 1_700_000_000,
        exp: 1_700_000_060,
      });
      expect(jti).to.match(/^[\da-f-]{36}$/);
      time.stepWallClock(-3_600_000);
      const later = await partsOf(by(sourceOf(), { lifetimeMs: 5_001 }));
      expect(later.claims).to.include({ iat: 1_699_996_400, exp: 1_699_996_406 });
    } finally {
      time.restore();
    }
  });

  it('is another one each time, though nothing else differs', async () => {
    const method = by();
    const all = await Promise.all(Array.from({ length: 100 }, () => assertionOf(method)));
    expect(new Set(all)).to.have.length(100);
  });

  it('carries the signature of its signer, which may take its time', async () => {
    const late = by(sourceOf({ current: async () => ({ ...signer, sign: async () => Uint8Array.of(9) }) }));
    expect((await assertionOf(late)).split('.')[2]).to.equal('CQ');
  });

  describe('after a refusal', () => {
    it('has nothing new where its source never has', () => {
      expect(by().renew).to.equal(undefined);
    });

    it('asks its source for another signer than the refused one', async () => {
      for (const isNew of [true, false]) {
        const renew = sinon.stub().resolves(isNew);
        const method = by(sourceOf({ renew }));
        const draft = draftOf();
        const refused = await method.authenticate(draft);
        expect(await method.renew?.(draft, refused)).to.equal(isNew);
        expect(renew.args).to.deep.equal([[draft, signer]]);
      }
    });

    it('has nothing new for a proof that is not its own', async () => {
      const renew = sinon.stub().resolves(true);
      expect(await by(sourceOf({ renew })).renew?.(draftOf(), {})).to.equal(false);
      expect(renew.callCount).to.equal(0);
    });
  });
});
