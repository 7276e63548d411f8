import { expect } from 'chai';
import sinon from 'sinon';
import { BoundCredential } from '../../lib/attach/bound-credential.js';
import { RejectionRule } from '../../lib/attach/rejection-rule.js';

const URL_SENT = 'https://api.example/x';
const demand = (nonce: string) => ({
  'WWW-Authenticate': 'DPoP error="use_dpop_nonce"',
  'DPoP-Nonce': nonce,
});

describe('BoundCredential', () => {
  const make = () => {
    let known: string | undefined;
    const nonceOf = () => known;
    const noteNonce = sinon.spy((_: string, nonce: string | null | undefined): void => {
      known = nonce ?? known;
    });
    const prove = sinon.spy(({ method, url }: { method: string; url: string }) => `${method} ${url}`);
    const rule = new RejectionRule(undefined);
    const next = () => new BoundCredential({ token: 't', prover: { prove, nonceOf, noteNonce }, rule });
    return { next, prove, noteNonce };
  };

  it('goes out as DPoP, with a proof for each hop', () => {
    const { next, prove } = make();
    const credential = next();
    expect(credential.value).to.equal('DPoP t');
    expect(credential.prove('GET', URL_SENT)).to.equal(`GET ${URL_SENT}`);
    expect(prove.args).to.deep.equal([[{ method: 'GET', url: URL_SENT, token: 't' }]]);
  });

  it('has the nonce of each answer noted, for where the last hop went', () => {
    const { next, noteNonce } = make();
    const credential = next();
    credential.prove('GET', URL_SENT);
    credential.prove('GET', 'https://api.example/y');
    expect(credential.isRejected(200, new Headers({ 'DPoP-Nonce': 'n1' }))).to.equal(false);
    expect(noteNonce.args).to.deep.equal([['https://api.example/y', 'n1']]);
    expect(credential.isNonceWanted).to.equal(false);
  });

  it('is to be sent again with a nonce that is new, and not where it is not', () => {
    const { next } = make();
    const outcomes = ['n1', 'n1', 'n2'].map((nonce) => {
      const credential = next();
      credential.prove('GET', URL_SENT);
      return [credential.isRejected(401, demand(nonce)), credential.isNonceWanted];
    });
    expect(outcomes).to.deep.equal([
      [true, true],
      [false, false],
      [true, true],
    ]);
  });

  it('is to be sent again, too, where the answer to another request brought the nonce meanwhile', () => {
    const { next } = make();
    const both = [next(), next()];
    for (const credential of both) credential.prove('GET', URL_SENT);
    for (const credential of both)
      expect([credential.isRejected(401, demand('n1')), credential.isNonceWanted]).to.deep.equal([
        true,
        true,
      ]);
  });

  for (const [what, status, headers, isRejected] of [
    [
      'a token that is no good',
      401,
      { 'www-authenticate': 'DPoP error="invalid_token"', 'dpop-nonce': 'n' },
      true,
    ],
    ['no word at all', 401, {}, true],
    ['a proof that is no good', 401, { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' }, false],
    ['a nonce wanted at another status', 400, demand('n'), false],
    ['a success', 200, demand('n'), false],
  ] as const) {
    it(`takes ${what} for ${isRejected ? 'a' : 'no'} rejection of the token`, () => {
      const credential = make().next();
      credential.prove('GET', URL_SENT);
      expect([credential.isRejected(status, headers), credential.isNonceWanted]).to.deep.equal([
        isRejected,
        false,
      ]);
    });
  }

  it('notes nothing where no proof was made', () => {
    const { next, noteNonce } = make();
    expect(next().isRejected(401, demand('n'))).to.equal(false);
    expect(noteNonce.callCount).to.equal(0);
  });
});
