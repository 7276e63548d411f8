import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readTokenEndpoint } from '../../../lib/oauth/server/token-endpoint-option.js';
import { thrown } from '../../support/rejection.js';

const messageFor = (odd: unknown): string => {
  const error = thrown<ConfigurationError>(() => readTokenEndpoint(odd, false));
  expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'tokenEndpoint');
  return error.message;
};

describe('readTokenEndpoint', () => {
  const addresses: [unknown, string][] = [
    ['https://as.example/token?tenant=1', 'https://as.example/token?tenant=1'],
    [new URL('https://AS.example:443/token'), 'https://as.example/token'],
    ['http://127.0.0.1:8080/token', 'http://127.0.0.1:8080/token'],
    ['http://localhost/token', 'http://localhost/token'],
    ['http://[::1]:80/token', 'http://[::1]/token'],
  ];
  for (const [given, address] of addresses) {
    it(`reads ${given}`, () => expect(readTokenEndpoint(given, false)).to.equal(address));
  }

  const table: [unknown, RegExp][] = [
    ['/oidc/2/token', /^tokenEndpoint: must be an absolute https URL; got a string of 13 characters/],
    [undefined, /must be an absolute https URL; got nothing/],
    [5, /must be an absolute https URL; got 5/],
    [['https://a.example/'], /must be an absolute https URL; got an array/],
    ['ftp://a.example/', /must be an https URL/],
    ['http://a.example/token', /must be https: plain http can be read and changed on the way/],
    ['http://localhost.evil.example/', /must be https/],
    ['http://127.0.0.1.evil.example/', /must be https/],
    ['http://10.0.0.1/', /must be https/],
    ['https://a.example/#x', /must not have a fragment/],
    ['https://id@a.example/', /must not contain credentials/],
    ['https://:s3cret@a.example/', /must not contain credentials/],
    ['https://api.us.onelogin.com/auth/oauth2/v2/token', /administration API.*subdomain: 'acme'/],
  ];
  for (const [odd, message] of table) {
    it(`refuses ${JSON.stringify(odd) ?? 'nothing'}`, () => expect(messageFor(odd)).to.match(message));
  }

  for (const tokenEndpoint of [
    'https://id:s3cret@a.example/t',
    'id:s3cret@a.example',
    'https://id:s3cret@/',
  ]) {
    it(`never repeats credentials in ${tokenEndpoint.replace('s3cret', '…')}`, () => {
      expect(messageFor(tokenEndpoint)).to.not.contain('s3cret');
    });
  }

  it('repeats no address: it may hold a secret', () => {
    expect(messageFor('/token?key=s3cret')).to.contain('got a string of 17 characters.');
    expect(messageFor('http://a.example/?s3cret')).to.contain('Got a string of 24 characters.');
  });

  it('takes plain http to this machine alone, which it knows by address, not by looks', () => {
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.10.200.3',
      '[::1]',
      '127.1',
      '0x7f000001',
      'LOCALHOST',
    ]) {
      expect(readTokenEndpoint(`http://${host}/`, false), host).to.match(/^http:/);
    }
    for (const host of [
      'localhost.example',
      '128.0.0.1',
      '[::2]',
      '0.0.0.0',
      'a.localhost',
      '127.0.0.1.nip.example',
    ]) {
      expect(messageFor(`http://${host}/`), host).to.match(/must be https/);
    }
  });
});
