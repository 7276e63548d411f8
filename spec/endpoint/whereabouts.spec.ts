import { expect } from 'chai';
import {
  isLocated,
  isLoopback,
  locateRegion,
  locateTokenEndpoint,
  readRegions,
} from '../../lib/endpoint/whereabouts.js';
import { ConfigurationError } from '../../lib/errors.js';
import { thrown } from '../support/rejection.js';

const messageFor = (odd: object): string => {
  const error = thrown(() => locateTokenEndpoint(odd));
  expect(error).to.be.instanceOf(ConfigurationError);
  return error.message;
};

describe('locateTokenEndpoint', () => {
  const places: [object, string][] = [
    [{ subdomain: 'acme' }, 'https://acme.onelogin.com/oidc/2/token'],
    [{ region: 'eu' }, 'https://openid-connect-eu.onelogin.com/oidc/token'],
    [{ tokenEndpoint: 'https://as.example/token?tenant=1' }, 'https://as.example/token?tenant=1'],
    [{ tokenEndpoint: new URL('https://AS.example:443/token') }, 'https://as.example/token'],
    [{ tokenEndpoint: 'http://127.0.0.1:8080/token' }, 'http://127.0.0.1:8080/token'],
    [{ tokenEndpoint: 'http://localhost/token' }, 'http://localhost/token'],
    [{ tokenEndpoint: 'http://[::1]:80/token' }, 'http://[::1]/token'],
    [{ subdomain: 'acme', region: undefined }, 'https://acme.onelogin.com/oidc/2/token'],
  ];
  for (const [where, address] of places) {
    it(`finds ${address}`, () => expect(locateTokenEndpoint(where)).to.equal(address));
  }

  const table: [object, RegExp][] = [
    [{}, /^subdomain: is missing\. Give exactly one of subdomain, region, tokenEndpoint\.$/],
    [{ subdomain: 'acme', region: 'us' }, /^subdomain, region: contradict each other/],
    [{ region: 'us', tokenEndpoint: 'https://a.example/' }, /^region, tokenEndpoint: contradict/],
    [{ tokenEndpoint: '/oidc/2/token' }, /^tokenEndpoint: must be an absolute https URL; got "\/oidc/],
    [{ tokenEndpoint: 5 }, /must be an absolute https URL; got 5/],
    [{ tokenEndpoint: ['https://a.example/'] }, /must be an absolute https URL; got an array/],
    [{ tokenEndpoint: 'ftp://a.example/' }, /must be an https URL/],
    [{ tokenEndpoint: 'http://a.example/token' }, /must be https: plain http would show the secret/],
    [{ tokenEndpoint: 'http://localhost.evil.example/' }, /must be https/],
    [{ tokenEndpoint: 'http://127.0.0.1.evil.example/' }, /must be https/],
    [{ tokenEndpoint: 'http://10.0.0.1/' }, /must be https/],
    [{ tokenEndpoint: 'https://a.example/#x' }, /must not have a fragment/],
    [{ tokenEndpoint: 'https://id@a.example/' }, /must not contain credentials/],
    [{ tokenEndpoint: 'https://:s3cret@a.example/' }, /must not contain credentials/],
    [
      { tokenEndpoint: 'https://api.us.onelogin.com/auth/oauth2/v2/token' },
      /administration API.*subdomain: 'acme'/,
    ],
  ];
  for (const [odd, message] of table) {
    it(`refuses ${JSON.stringify(odd)}`, () => expect(messageFor(odd)).to.match(message));
  }

  it('takes plain http anywhere where that is allowed, and names the option where it is not', () => {
    const place = { tokenEndpoint: 'http://as.example:8080/token' };
    expect(locateTokenEndpoint(place, undefined, true)).to.equal(place.tokenEndpoint);
    expect([...readRegions({ eu: place }, true)]).to.deep.equal([['eu', place.tokenEndpoint]]);
    for (const refused of [() => locateTokenEndpoint(place), () => readRegions({ eu: place })])
      expect(thrown(refused).message).to.contain('allowHttp: true');
    for (const tokenEndpoint of ['ftp://a.example/', 'http://id:s3cret@a.example/', 'http://a.example/#x'])
      expect(() => locateTokenEndpoint({ tokenEndpoint }, undefined, true)).to.throw(ConfigurationError);
  });

  for (const tokenEndpoint of [
    'https://id:s3cret@a.example/t',
    'id:s3cret@a.example',
    'https://id:s3cret@/',
  ]) {
    it(`never repeats credentials in ${tokenEndpoint.replace('s3cret', '…')}`, () => {
      expect(messageFor({ tokenEndpoint })).to.not.contain('s3cret');
    });
  }

  it('repeats no address but one of known words', () => {
    expect(messageFor({ tokenEndpoint: '/token?key=s3cret' })).to.contain('got a string of 17 characters.');
    expect(messageFor({ tokenEndpoint: 'http://s3cret.example/' })).to.contain(
      'Got a string of 22 characters.',
    );
  });

  it('takes an address that cannot be read for none', () => {
    const { proxy, revoke } = Proxy.revocable(new URL('https://a.example/'), {});
    revoke();
    for (const odd of [Object.create(URL.prototype), proxy, new Proxy(new URL('https://a.example/'), {})])
      expect(messageFor({ tokenEndpoint: odd })).to.match(/^tokenEndpoint: cannot be read/);
  });

  it('knows loopback by address, not by looks', () => {
    const isLocal = (host: string) => isLoopback(new URL(`http://${host}/`));
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.10.200.3',
      '[::1]',
      '127.1',
      '[::ffff:127.0.0.1]',
      '0x7f000001',
      'LOCALHOST',
    ]) {
      expect(isLocal(host), host).to.equal(true);
    }
    for (const host of [
      'localhost.example',
      '128.0.0.1',
      '[::2]',
      '[::ffff:128.0.0.1]',
      '[::7f00:1]',
      '0.0.0.0',
      'a.localhost',
      '127.0.0.1.nip.example',
    ]) {
      expect(isLocal(host), host).to.equal(false);
    }
  });
});

describe('regions', () => {
  const US = 'https://openid-connect.onelogin.com/oidc/token';

  it('are none by default', () => {
    expect(readRegions(undefined).size).to.equal(0);
    expect(readRegions({}).size).to.equal(0);
  });

  it('are each a subdomain or a token endpoint, by any name', () => {
    const regions = readRegions({
      emea: { subdomain: 'acme-eu' },
      lab: { tokenEndpoint: new URL('https://AS.example:443/lab/../token') },
      '': { subdomain: 'empty' },
      constructor: { subdomain: 'strange' },
    });
    expect([...regions]).to.deep.equal([
      ['emea', 'https://acme-eu.onelogin.com/oidc/2/token'],
      ['lab', 'https://as.example/token'],
      ['', 'https://empty.onelogin.com/oidc/2/token'],
      ['constructor', 'https://strange.onelogin.com/oidc/2/token'],
    ]);
  });

  const table: [unknown, string][] = [
    [[], 'regions'],
    [null, 'regions'],
    [new Map(), 'regions'],
    [{ emea: undefined }, 'regions.emea'],
    [{ emea: 'acme-eu' }, 'regions.emea'],
    [{ emea: {} }, 'regions.emea.subdomain'],
    [{ emea: { subdomain: 'acme.eu' } }, 'regions.emea.subdomain'],
    [{ emea: { subdomain: 'a' }, 's3cret-x': { subdomain: 'acme.eu' } }, 'regions[1].subdomain'],
    [{ emea: { tokenEndpoint: 'http://a.example/' } }, 'regions.emea.tokenEndpoint'],
    [
      { emea: { subdomain: 'a', tokenEndpoint: 'https://a.example/' } },
      'regions.emea.subdomain, tokenEndpoint',
    ],
  ];
  for (const [odd, option] of table) {
    it(`refuse ${JSON.stringify(odd)}, and name ${option}`, () => {
      const error = thrown<ConfigurationError>(() => readRegions(odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
    });
  }

  it('cannot stand for one another', () => {
    expect(() => readRegions({ emea: { region: 'us' } })).to.throw(ConfigurationError, 'regions.emea');
  });

  it('win over those of OneLogin, which stay where no own has the name', () => {
    const regions = readRegions({ us: { subdomain: 'acme' }, toString: { subdomain: 'strange' } });
    expect(locateRegion('us', regions)).to.equal('https://acme.onelogin.com/oidc/2/token');
    expect(locateRegion('openid-connect', regions)).to.equal(US);
    expect(locateTokenEndpoint({ region: 'us' }, regions)).to.contain('//acme.onelogin.com/');
    expect(locateTokenEndpoint({ region: 'us' })).to.equal(US);
  });

  it('are listed to who gives another', () => {
    const own = readRegions({ emea: { subdomain: 'a' }, apac: { subdomain: 'b' } });
    expect(thrown(() => locateRegion('mars', own)).message).to.equal(
      'region: is not among regions: "emea", "apac". Got a string of 4 characters.',
    );
    const odd = readRegions({ emea: { subdomain: 'a' }, 's3cret-x': { subdomain: 'b' } });
    expect(thrown(() => locateRegion('asia', odd)).message).to.equal(
      'region: is not among regions: "emea", and 1 more. Got "asia".',
    );
    const others = readRegions({ 's3cret-x': { subdomain: 'b' } });
    expect(thrown(() => locateRegion('asia', others)).message).to.equal(
      'region: is not among regions. Got "asia".',
    );
    expect(thrown(() => locateRegion('mars', readRegions({}))).message).to.contain("one of 'us', 'eu'");
    for (const odd of ['constructor', '__proto__', '', 5, null, undefined])
      expect(() => locateRegion(odd, own), String(odd)).to.throw(ConfigurationError, 'region: ');
  });
});

describe('isLocated', () => {
  it('is so by any of the three ways, however odd', () => {
    for (const located of [{ subdomain: 'a' }, { region: 'us' }, { tokenEndpoint: '' }])
      expect(isLocated(located)).to.equal(true);
    for (const nowhere of [{}, { subdomain: undefined, region: undefined }])
      expect(isLocated(nowhere)).to.equal(false);
  });
});
