import { expect } from 'chai';
import sinon from 'sinon';
import { TokenRequestError } from '../../../lib/ground/errors.js';
import { SecretSource } from '../../../lib/oauth/client-authentication/secret-source.js';
import type { ClientQuery } from '../../../lib/options/token-provider-options.js';
import { rejection } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

const patience = { timeoutMs: 1_000, signal: new AbortController().signal };

describe('SecretSource', () => {
  it('asks when told to alone, then keeps what it was given', async () => {
    const supply = sinon.stub().resolves('one');
    const source = new SecretSource(supply);
    expect([source.known, supply.callCount]).to.deep.equal([undefined, 0]);
    expect(await source.ask(patience)).to.equal('one');
    expect([source.known, source.known, supply.callCount]).to.deep.equal(['one', 'one', 1]);
  });

  it('asks again when told to, and keeps the newer one', async () => {
    const supply = sinon.stub().onFirstCall().returns('one').onSecondCall().resolves('two');
    const source = new SecretSource(supply);
    await source.ask(patience);
    expect(await source.ask(patience)).to.equal('two');
    expect(source.known).to.equal('two');
  });

  it('keeps the old one when asking again fails', async () => {
    const supply = sinon
      .stub()
      .onFirstCall()
      .returns('one')
      .onSecondCall()
      .rejects(new Error('vault sealed'));
    const source = new SecretSource(supply);
    await source.ask(patience);
    await rejection(source.ask(patience));
    expect(source.known).to.equal('one');
  });

  it('knows from the start what was given with its supplier, which it asks with its query', async () => {
    const query: ClientQuery = { clientId: 'globex', region: 'eu', scope: undefined, resource: undefined };
    const supply = sinon.stub().resolves('two');
    const source = new SecretSource(supply, query, 'one');
    expect([source.known, supply.callCount]).to.deep.equal(['one', 0]);
    await source.ask(patience);
    expect(supply.args).to.deep.equal([[query]]);
  });

  it('names the secrets that a request under way may hold: the known one, and the one before', async () => {
    const secrets = ['one', 'two', 'two', 'three'];
    const source = new SecretSource(() => secrets.shift() ?? '');
    expect(source.recent).to.deep.equal([]);
    const seen: (readonly string[])[] = [];
    for (let count = 0; count < 4; count += 1) {
      await source.ask(patience);
      seen.push(source.recent);
    }
    expect(seen).to.deep.equal([['one'], ['two', 'one'], ['two', 'one'], ['three', 'two']]);
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
      const source = new SecretSource(supply as () => string);
      const error = await rejection<TokenRequestError>(source.ask(patience));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ permanent: false, reason: 'ERR_CLIENT_SECRET' });
      expect(error.message).to.match(message).and.not.contain('s3cret');
      expect(error.cause).to.equal(undefined);
      expect([source.known, source.recent]).to.deep.equal([undefined, []]);
    });
  }

  it('does not wait for a supplier that hangs, longer than a request may take', async () => {
    const time = new VirtualTime();
    try {
      const source = new SecretSource(() => new Promise(() => undefined));
      const failure = rejection(source.ask(patience));
      await time.pass(1_000);
      expect((await failure).message).to.contain('gave no answer within 1000 ms');
      expect(time.armed).to.equal(0);
    } finally {
      time.restore();
    }
  });

  it('passes on the reason of an abort', async () => {
    const own = new AbortController();
    const source = new SecretSource(() => new Promise(() => undefined));
    const failure = rejection(source.ask({ timeoutMs: 1_000, signal: own.signal }));
    own.abort(new Error('closed'));
    expect((await failure).message).to.equal('closed');
  });
});
