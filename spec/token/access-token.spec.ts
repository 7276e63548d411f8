import { inspect } from 'node:util';
import { expect } from 'chai';
import { AccessToken } from '../../lib/token/access-token.js';
import type { TokenFacts } from '../../lib/token/token-facts.js';
import { jwt } from '../support/jwt.js';

const FACTS = { tokenType: 'Bearer', scope: 'read', issuedAt: 1, dueAt: 2, expiresAt: 3 };
/** A token asked for at 1 ms that ends at 3 ms; it is due at 2 ms. */
const tokenOf = (value: string): TokenFacts => ({
  value,
  tokenType: 'Bearer',
  scope: 'read',
  lifetimeMs: 2,
  isLifetimeGuessed: false,
  sentAt: { wall: 1, steady: 7 },
});
const DUE_AFTER_MS = 1;

describe('AccessToken', () => {
  it('shows its facts, and its value only when asked for by name', () => {
    const token = new AccessToken(tokenOf('tok-secret'), DUE_AFTER_MS);
    expect(token.value).to.equal('tok-secret');
    expect({ ...token }).to.deep.equal(FACTS);
    expect(JSON.parse(JSON.stringify(token))).to.deep.equal(FACTS);
    expect(inspect(token, { showHidden: true, depth: null, getters: true })).to.not.contain('tok-secret');
    expect(inspect(token)).to.contain('expiresAt: 3');
    expect(String(token)).to.not.contain('tok-secret');
  });

  it('is frozen', () => {
    const token = new AccessToken(tokenOf('t'), DUE_AFTER_MS);
    expect(token).to.be.frozen;
  });

  it('decodes the claims of a JWT once, and gives undefined for an opaque token', () => {
    const token = new AccessToken(tokenOf(jwt({ iss: 'https://acme.example', exp: 5 })), DUE_AFTER_MS);
    expect(token.claims).to.deep.equal({ iss: 'https://acme.example', exp: 5 });
    expect(token.claims).to.equal(token.claims);
    expect(new AccessToken(tokenOf('opaque'), DUE_AFTER_MS).claims).to.equal(undefined);
  });

  it('gives its times in whole ms, however its schedule was drawn', () => {
    const facts = { ...tokenOf('t'), lifetimeMs: 599_999.5, sentAt: { wall: 1_000, steady: 0.3 } };
    expect(new AccessToken(facts, 299_999.4)).to.include({
      issuedAt: 1_000,
      dueAt: 300_999,
      expiresAt: 601_000,
    });
  });
});
