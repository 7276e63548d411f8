import { expect } from 'chai';
import sinon from 'sinon';
import { ClientSecretKeeper } from '../../lib/endpoint/client-secret.js';
import { TokenRequestError } from '../../lib/errors.js';
import { rejection } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

const never = new AbortController().signal;

describe('ClientSecretKeeper', () => {
  it('asks once, then keeps what it was given', async () => {
    const supply = sinon.stub().resolves('one');
    const keeper = new ClientSecretKeeper(supply);
    expect([await keeper.current(1_000, never), await keeper.current(1_000, never)]).to.deep.equal([
      'one',
      'one',
    ]);
    expect(supply.callCount).to.equal(1);
  });

  it('asks again when told to, and keeps the newer one', async () => {
    const supply = sinon.stub().onFirstCall().returns('one').onSecondCall().resolves('two');
    const keeper = new ClientSecretKeeper(supply);
    await keeper.current(1_000, never);
    expect(await keeper.renewed(1_000, never)).to.equal('two');
    expect(await keeper.current(1_000, never)).to.equal('two');
  });

  it('keeps the old one when asking again fails', async () => {
    const supply = sinon
      .stub()
      .onFirstCall()
      .returns('one')
      .onSecondCall()
      .rejects(new Error('vault sealed'));
    const keeper = new ClientSecretKeeper(supply);
    await keeper.current(1_000, never);
    await rejection(keeper.renewed(1_000, never));
    expect(await keeper.current(1_000, never)).to.equal('one');
  });

  const table: [string, () => unknown, RegExp][] = [
    ['throws', () => JSON.parse('s3cret'), /function threw\.$/],
    ['rejects', () => Promise.reject(new Error('no s3cret')), /function threw\.$/],
    [
      'rejects with an error of another provider of ours',
      () => Promise.reject(new TokenRequestError('no s3cret', 'CERT_HAS_EXPIRED', true)),
      /function threw\.$/,
    ],
    ['gives nothing', () => undefined, /gave a secret that is missing\.$/],
    ['gives an empty one', async () => '', /gave a secret that is empty/],
    ['gives a line break', () => 's3cret\n', /gave a secret that contains a line break/],
    ['gives an object', () => ({ value: 's3cret' }), /gave a secret that must be a string/],
  ];
  for (const [how, supply, message] of table) {
    it(`makes a passing error, without the words of the supplier, when it ${how}`, async () => {
      const keeper = new ClientSecretKeeper(supply as () => string);
      const error = await rejection<TokenRequestError>(keeper.current(1_000, never));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ permanent: false, reason: 'ERR_CLIENT_SECRET' });
      expect(error.message).to.match(message).and.not.contain('s3cret');
      expect(error.cause).to.equal(undefined);
    });
  }

  it('does not wait for a supplier that hangs, longer than a request may take', async () => {
    const time = new VirtualTime();
    try {
      const keeper = new ClientSecretKeeper(() => new Promise(() => undefined));
      const failure = rejection(keeper.current(1_000, never));
      await time.pass(1_000);
      expect((await failure).message).to.contain('gave no answer within 1000 ms');
      expect(time.armed).to.equal(0);
    } finally {
      time.restore();
    }
  });

  it('passes on the reason of an abort', async () => {
    const own = new AbortController();
    const keeper = new ClientSecretKeeper(() => new Promise(() => undefined));
    const failure = rejection(keeper.current(1_000, own.signal));
    own.abort(new Error('closed'));
    expect((await failure).message).to.equal('closed');
  });
});
