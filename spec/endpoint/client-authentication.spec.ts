import { expect } from 'chai';
import fc from 'fast-check';
import { formEncode, proveClient } from '../../lib/endpoint/client-authentication.js';

const vschar = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
const decode = (header: string | undefined) =>
  Buffer.from(header?.replace(/^Basic /, '') ?? '', 'base64').toString('utf8');

describe('client authentication', () => {
  it('basic form-encodes both parts before joining them (RFC 6749 §2.3.1)', () => {
    const { headers, parameters } = proveClient('basic', 'a:b c', 'p%w+d/é');
    expect(decode(headers.Authorization)).to.equal('a%3Ab+c:p%25w%2Bd%2F%C3%A9');
    expect(parameters).to.deep.equal({});
  });

  it('basic can be decoded again, whatever id and secret are', () => {
    fc.assert(
      fc.property(vschar, vschar, (id, secret) => {
        const pair = decode(proveClient('basic', id, secret).headers.Authorization).split(':');
        expect(pair).to.have.length(2);
        const plain = pair.map((part) => new URLSearchParams(`x=${part}`).get('x'));
        expect(plain).to.deep.equal([id, secret]);
      }),
    );
  });

  it('basic-raw joins them as they are', () => {
    expect(decode(proveClient('basic-raw', 'a b', 'p%w:d').headers.Authorization)).to.equal('a b:p%w:d');
  });

  it('post puts them into the body alone', () => {
    expect(proveClient('post', 'id', 's')).to.deep.equal({
      headers: {},
      parameters: { client_id: 'id', client_secret: 's' },
    });
  });

  it('leaves what OneLogin gives out (hexadecimal digits) as it is', () => {
    expect(formEncode('0af3c9')).to.equal('0af3c9');
    expect(formEncode('')).to.equal('');
  });
});
