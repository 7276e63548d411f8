import { expect } from 'chai';
import sinon from 'sinon';
import { now } from '../../lib/ground/clock.js';
import { adopt } from '../../lib/sharing/adoption.js';
import { makeProofKey } from '../support/proof-keys.js';
import { settings } from '../support/settings.js';
import { storedToken } from '../support/stored-token.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('adopt', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime(1_000_000_000);
    sinon.stub(Math, 'random').returns(0);
  });
  afterEach(() => {
    sinon.restore();
    time.restore();
  });

  it('makes of it a token as old as it is, with a schedule drawn here', () => {
    const held = adopt(storedToken(), settings(), now(), target);
    expect(held).to.deep.include({ value: 'token-1', source: 'store', lifetimeMs: 600_000 });
    expect([held?.ageMs(now()), held?.remainingMs(now()), held?.freshMs(now())]).to.deep.equal([
      100_000, 500_000, 200_000,
    ]);
    expect({ ...held?.access }).to.deep.equal({
      tokenType: 'Bearer',
      scope: 'read',
      issuedAt: 999_900_000,
      dueAt: 1_000_200_000,
      expiresAt: 1_000_500_000,
    });
  });

  it('is as old by the steady clock, when the wall clock is set back', async () => {
    const held = adopt(storedToken(), settings(), now(), target);
    time.stepWallClock(-3_600_000);
    expect(held?.ageMs(now())).to.equal(100_000);
    await time.pass(500_000);
    expect(held?.remainingMs(now())).to.equal(0);
  });

  it('gives back what it was made of', () => {
    const stored = storedToken('t', { scope: undefined, isLifetimeGuessed: true });
    expect(adopt(stored, settings(), now(), target)?.toStored(now())).to.deep.equal(stored);
  });

  it('takes over a scope that is fit to be shown', () => {
    const scope = `read\nwrite token-1${' and more'.repeat(12_000)}`;
    const held = adopt(storedToken('token-1', { scope }), settings(), now(), target);
    expect(held?.access.scope)
      .to.match(/^read write \[token\] and more/)
      .and.have.length(201);
  });

  it('takes over what is bound to a key where tokens are to be, and nothing else there', () => {
    const bound = { proofKey: makeProofKey(), tokenTypes: ['dpop'] };
    const adopted = ['DPoP', 'Bearer'].map((tokenType) => [
      adopt(storedToken('t', { tokenType }), settings(), now(), bound)?.access.tokenType,
      adopt(storedToken('t', { tokenType }), settings(), now(), target)?.access.tokenType,
    ]);
    expect(adopted).to.deep.equal([
      ['DPoP', undefined],
      [undefined, 'Bearer'],
    ]);
  });

  it('takes over every token that the token endpoint may give: by its characters, and by its type', () => {
    for (const value of ['00D!AQ^x#', '=', 'a:b|c'])
      expect(adopt(storedToken(value), settings(), now(), target)?.value).to.equal(value);
    expect(adopt(storedToken('t', { tokenType: 'BearerToken' }), settings(), now(), target)?.value).to.equal(
      't',
    );
    const named = storedToken('t', { tokenType: 'App Token' });
    expect(adopt(named, settings(), now(), target)).to.equal(undefined);
    expect(
      adopt(named, settings(), now(), { ...target, tokenTypes: ['app token'] })?.access.tokenType,
    ).to.equal('App Token');
  });

  it('takes over tokens that are bound where they are to be, and no others', () => {
    const boundTarget = { ...target, proofKey: makeProofKey() };
    for (const [tokenType, isBound] of [
      ['DPoP', true],
      ['dpop', true],
      ['Bearer', false],
    ] as const) {
      const stored = storedToken('t', { tokenType });
      expect(adopt(stored, settings(), now(), boundTarget)?.value).to.equal(isBound ? 't' : undefined);
      expect(adopt(stored, settings(), now(), target)?.value).to.equal(isBound ? undefined : 't');
    }
  });

  for (const [what, stored] of [
    ['null', null],
    ['text', 'token-1'],
    ['an array', [storedToken()]],
    ['no value', storedToken(undefined, { value: 7 as never })],
    ['a value that would break a header', storedToken('a\r\nX: b')],
    ['an empty value', storedToken('')],
    ['a type that is not Bearer', storedToken('t', { tokenType: 'MAC' })],
    ['no type', storedToken('t', { tokenType: undefined as never })],
    ['a scope that is no text', storedToken('t', { scope: ['read'] as never })],
    ['no lifetime', storedToken('t', { lifetimeMs: undefined as never })],
    ['a lifetime that is none', storedToken('t', { lifetimeMs: Number.NaN })],
    ['a lifetime without an end', storedToken('t', { lifetimeMs: Number.POSITIVE_INFINITY })],
    ['more life left than there is', storedToken('t', { remainingMs: 600_001 })],
    ['no life left', storedToken('t', { remainingMs: 0 })],
    ['a life that is over', storedToken('t', { remainingMs: -1 })],
    ['a life left that is text', storedToken('t', { remainingMs: '500' as never })],
    ['no word on who set the lifetime', storedToken('t', { isLifetimeGuessed: undefined as never })],
  ] as const) {
    it(`takes nothing over from ${what}`, () => {
      expect(adopt(stored, settings(), now(), target)).to.equal(undefined);
    });
  }
});
