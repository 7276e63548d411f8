import { expect } from 'chai';
import fc from 'fast-check';
import { SECRET_METHODS } from '../../../lib/oauth/client-authentication/secret-methods.js';
import type { ClientProof } from '../../../lib/options/client-authenticator.js';

const { basic, 'basic-raw': basicRaw, post } = SECRET_METHODS;
const vschar = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
const decode = ({ headers }: ClientProof) =>
  Buffer.from(headers?.Authorization?.replace(/^Basic /, '') ?? '', 'base64').toString('utf8');

describe('secret methods', () => {
  it('basic form-encodes both parts before joining them (RFC 6749 §2.3.1)', () => {
    const proof = basic.prove('a:b c', 'p%w+d/é');
    expect(decode(proof)).to.equal('a%3Ab+c:p%25w%2Bd%2F%C3%A9');
    expect(proof).to.not.have.property('parameters');
  });

  it('basic can be decoded again, whatever id and secret are', () => {
    fc.assert(
      fc.property(vschar, vschar, (id, secret) => {
        const pair = decode(basic.prove(id, secret)).split(':');
        expect(pair).to.have.length(2);
        const plain = pair.map((part) => new URLSearchParams(`x=${part}`).get('x'));
        expect(plain).to.deep.equal([id, secret]);
      }),
    );
  });

  it('basic-raw joins them as they are', () => {
    expect(decode(basicRaw.prove('a b', 'p%w:d'))).to.equal('a b:p%w:d');
  });

  it('post puts them into the body alone', () => {
    expect(post.prove('id', 's')).to.deep.equal({ parameters: { client_id: 'id', client_secret: 's' } });
  });

  it('each have the id that the option names them by', () => {
    for (const [name, { id }] of Object.entries(SECRET_METHODS)) expect(id).to.equal(name);
  });
});
