import { expect } from 'chai';
import fc from 'fast-check';
import { textCleaner } from '../../../lib/http/redaction/server-text.js';
import { querySecrets, shownLocation } from '../../../lib/http/redaction/shown-address.js';

const clean = textCleaner(['s3cret?/x']);

describe('shownLocation', () => {
  for (const [location, shown] of [
    ['https://as.example/token', 'https://as.example/token'],
    ['https://as.example:8443/a/b?api_key=k#f', 'https://as.example:8443/a/b'],
    ['/token?api_key=k', '/token'],
    ['/token#k?a', '/token'],
    ['//as.example/token?k', '//as.example/token'],
    ['https://u:p@as.example/token', 'https://as.example/token'],
    ['//u:p@as.example/token', '//as.example/token'],
    ['HTTPS:\\\\u:p@as.example/token', 'HTTPS://as.example/token'],
    ['https:///u:p@as.example/token', 'https://as.example/token'],
    [`https://${'p'.repeat(300)}@as.example/token`, 'https://'],
    [`https://as.example/${'p'.repeat(300)}`, `https://as.example/${'p'.repeat(181)}…`],
    ['https://as.example/@/token', 'https://as.example/@/token'],
    ['?api_key=k', 'the same address with another query'],
    ['#k', 'the same address with another query'],
    ['/to\nken', '/to ken'],
    ['/s3cret?/x', '/[secret]'],
  ] as const) {
    it(`of ${JSON.stringify(location)} is ${shown}`, () => {
      expect(shownLocation(location, clean)).to.equal(shown);
    });
  }

  it('has no query and no fragment, whatever was written', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('?', '#'),
        fc.stringMatching(/^[a-z]{8}$/),
        (before, mark, key) => {
          fc.pre(!before.includes(key));
          expect(shownLocation(`${before}${mark}${key}`, clean))
            .to.not.contain(key)
            .and.not.contain(mark);
        },
      ),
    );
  });
});

describe('querySecrets', () => {
  for (const [url, secrets] of [
    ['https://as.example/token', []],
    ['https://as.example/token?', []],
    ['no address?api_key=0123456789', []],
    ['https://as.example/token?v=2', []],
    ['https://as.example/token?api_key=0123456789', ['api_key=0123456789', '0123456789']],
    ['https://as.example/token?0123456789', ['0123456789']],
    ['https://as.example/token?v=2&k=a%2F34567+9', ['v=2&k=a%2F34567+9', 'k=a%2F34567+9', 'a/34567 9']],
    ['https://as.example/token?tenant=acme', ['tenant=acme']],
  ] as const) {
    it(`of ${url} are ${secrets.length}`, () => {
      expect(querySecrets(url)).to.deep.equal(secrets);
    });
  }
});
