import { inspect } from 'node:util';
import { expect } from 'chai';
import { AccessToken } from '../../lib/token/access-token.js';
import { jwt } from '../support/jwt.js';

const FACTS = { tokenType: 'Bearer', scope: 'read', issuedAt: 1, dueAt: 2, expiresAt: 3 };

describe('AccessToken', () => {
  it('shows its facts, and its value only when asked for by name', () => {
    const token = new AccessToken('tok-secret', FACTS);
    expect(token.value).to.equal('tok-secret');
    expect({ ...token }).to.deep.equal(FACTS);
    expect(JSON.parse(JSON.stringify(token))).to.deep.equal(FACTS);
    expect(inspect(token, { showHidden: true, depth: null, getters: true })).to.not.contain('tok-secret');
    expect(inspect(token)).to.contain('expiresAt: 3');
    expect(String(token)).to.not.contain('tok-secret');
  });

  it('is frozen', () => {
    const token = new AccessToken('t', FACTS);
    expect(token).to.be.frozen;
  });

  it('decodes the claims of a JWT once, and gives undefined for an opaque token', () => {
    const token = new AccessToken(jwt({ iss: 'https://acme.example', exp: 5 }), FACTS);
    expect(token.claims).to.deep.equal({ iss: 'https://acme.example', exp: 5 });
    expect(token.claims).to.equal(token.claims);
    expect(new AccessToken('opaque', FACTS).claims).to.equal(undefined);
  });
});
