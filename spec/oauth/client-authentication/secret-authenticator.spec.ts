import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError } from '../../../lib/ground/errors.js';
import { SecretAuthenticator } from '../../../lib/oauth/client-authentication/secret-authenticator.js';
import { SECRET_METHODS } from '../../../lib/oauth/client-authentication/secret-methods.js';
import { SecretSource } from '../../../lib/oauth/client-authentication/secret-source.js';
import { rejection } from '../../support/rejection.js';
import { authenticatorOf } from '../../support/target.js';

const draft = {
  clientId: 'acme',
  tokenEndpoint: 'https://as.example/token',
  timeoutMs: 1_000,
  signal: new AbortController().signal,
};

describe('SecretAuthenticator', () => {
  it('asks for the secret once, then keeps what it was given', async () => {
    const supply = sinon.stub().resolves('one');
    const authenticator = authenticatorOf(supply, 'post');
    const proofs = [await authenticator.authenticate(draft), await authenticator.authenticate(draft)];
    for (const { parameters } of proofs)
      expect(parameters).to.deep.equal({ client_id: 'acme', client_secret: 'one' });
    expect(supply.callCount).to.equal(1);
  });

  it('proves at once, without a promise, by a secret that is known', () => {
    const source = new SecretSource(() => 'other', undefined, 'one');
    const proof = new SecretAuthenticator(SECRET_METHODS.basic, source).authenticate(draft);
    expect(proof).to.deep.equal({ headers: { Authorization: `Basic ${btoa('acme:one')}` } });
  });

  it('proves in the way of its method, after which it is named', async () => {
    for (const name of ['basic', 'basic-raw', 'post'] as const) {
      const authenticator = authenticatorOf('a+b', name);
      expect(authenticator.id).to.equal(name);
      expect(await authenticator.authenticate(draft)).to.deep.equal(
        SECRET_METHODS[name].prove('acme', 'a+b'),
      );
    }
  });

  it('has something new to try where the secret has been rotated, and then proves by that', async () => {
    const secrets = ['one', 'one', 'two'];
    const authenticator = authenticatorOf(() => secrets.shift() ?? '', 'post');
    const refused = await authenticator.authenticate(draft);
    const renew = () => authenticator.renew(draft, refused);
    expect([await renew(), await renew()]).to.deep.equal([false, true]);
    expect(await authenticator.authenticate(draft)).to.deep.equal({
      parameters: { client_id: 'acme', client_secret: 'two' },
    });
  });

  it('fails as its source does, and goes on proving by the secret that is known', async () => {
    const supply = sinon.stub().onFirstCall().resolves('one').onSecondCall().rejects(new Error('sealed'));
    const authenticator = authenticatorOf(supply, 'post');
    const refused = await authenticator.authenticate(draft);
    expect(await rejection(authenticator.renew(draft, refused)))
      .to.be.instanceOf(TokenRequestError)
      .and.include({ reason: 'ERR_CLIENT_SECRET' });
    expect(await authenticator.authenticate(draft)).to.deep.equal(SECRET_METHODS.post.prove('acme', 'one'));
  });

  it('names the secrets that must not show, and shows none when it is inspected', async () => {
    const secrets = ['first-s3cret', 'second-s3cret'];
    const authenticator = authenticatorOf(() => secrets.shift() ?? '');
    expect(authenticator.secrets()).to.deep.equal([]);
    await authenticator.renew(draft, await authenticator.authenticate(draft));
    expect(authenticator.secrets()).to.have.members(['first-s3cret', 'second-s3cret']);
    expect(inspect(authenticator, { depth: null, showHidden: true })).to.not.contain('s3cret');
    expect(JSON.stringify(authenticator)).to.not.contain('s3cret');
  });

  it('tries the secret that is known by now, where the refused request was made with an older one', async () => {
    const supply = sinon.stub().resolves('new').onFirstCall().resolves('old');
    const authenticator = authenticatorOf(supply, 'post');
    const [one, other] = [await authenticator.authenticate(draft), await authenticator.authenticate(draft)];
    expect(await authenticator.renew(draft, one)).to.equal(true);
    expect(await authenticator.renew(draft, other)).to.equal(true);
    expect(supply.callCount).to.equal(2);
  });
});
