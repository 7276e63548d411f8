import { expect } from 'chai';
import fc from 'fast-check';
import { isLoopback, parseUrl, publicAddressOf } from '../../lib/ground/url.js';

describe('parseUrl', () => {
  it('goes on reading addresses with Latin-1 letters, however often it is called', () => {
    for (let count = 0; count < 5_000; count += 1) {
      expect(parseUrl('https://bücher.example/é')?.href).to.equal('https://xn--bcher-kva.example/%C3%A9');
    }
    expect(parseUrl('bücher')).to.equal(undefined);
  });

  it('gives undefined for what is no absolute URL, and never throws', () => {
    for (const text of ['', ' ', 'acme', '/token', '//as.example/token', 'https://', 'https://a b/'])
      expect(parseUrl(text), text).to.equal(undefined);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseUrl(text);
      }),
    );
    fc.assert(
      fc.property(fc.webUrl(), (text) => {
        expect(parseUrl(text)?.href).to.equal(new URL(text).href);
      }),
    );
  });
});

describe('isLoopback', () => {
  const isLocal = (host: string) => isLoopback(new URL(`http://${host}/`));

  for (const host of [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.10.200.3',
    '127.255.255.255',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '127.1',
    '0x7f000001',
    '2130706433',
  ]) {
    it(`takes ${host} for this machine`, () => {
      expect(isLocal(host)).to.equal(true);
    });
  }

  for (const host of [
    'localhost.example',
    'a.localhost',
    'localhost.',
    '126.255.255.255',
    '128.0.0.1',
    '[::2]',
    '[::]',
    '0.0.0.0',
    '127.0.0.1.nip.example',
  ]) {
    it(`does not take ${host} for this machine`, () => {
      expect(isLocal(host)).to.equal(false);
    });
  }
});

describe('publicAddressOf', () => {
  it('names a token endpoint without its query', () => {
    expect(publicAddressOf('https://as.example:8443/a/token?key=hidden')).to.equal(
      'https://as.example:8443/a/token',
    );
  });

  it('shows neither credentials nor a fragment', () => {
    expect(publicAddressOf('https://user:hidden@as.example/token#hidden')).to.equal(
      'https://as.example/token',
    );
  });
});
