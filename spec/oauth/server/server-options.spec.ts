import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { KnownTokenEndpoint } from '../../../lib/oauth/server/authorization-server.js';
import {
  namesServer,
  readCallRegion,
  readRegion,
  readRegions,
  readServer,
  type ServerRules,
} from '../../../lib/oauth/server/server-options.js';
import { thrown } from '../../support/rejection.js';

const discover = (issuer: string) => new KnownTokenEndpoint(`${issuer}/found`);
const STRICT = { allowHttp: false, discover };
const NO_RULES = { ...STRICT, regions: new Map() };
const read = (options: object, rules: Partial<ServerRules> = {}) =>
  readServer(options, { ...NO_RULES, ...rules });

const messageFor = (odd: object): string => {
  const error = thrown(() => read(odd));
  expect(error).to.be.instanceOf(ConfigurationError);
  return error.message;
};

describe('readServer', () => {
  const servers: [object, string][] = [
    [{ subdomain: 'acme' }, 'https://acme.onelogin.com/oidc/2/token'],
    [{ region: 'eu' }, 'https://openid-connect-eu.onelogin.com/oidc/token'],
    [{ tokenEndpoint: 'https://as.example/token?tenant=1' }, 'https://as.example/token?tenant=1'],
    [{ tokenEndpoint: new URL('https://AS.example:443/token') }, 'https://as.example/token'],
    [{ tokenEndpoint: 'http://127.0.0.1:8080/token' }, 'http://127.0.0.1:8080/token'],
    [{ tokenEndpoint: 'http://localhost/token' }, 'http://localhost/token'],
    [{ issuer: 'https://as.example/t' }, 'https://as.example/t/found'],
    [{ tokenEndpoint: 'http://[::1]:80/token' }, 'http://[::1]/token'],
    [{ subdomain: 'acme', region: undefined }, 'https://acme.onelogin.com/oidc/2/token'],
  ];
  for (const [where, address] of servers) {
    it(`finds ${address}`, () => expect(read(where).id).to.equal(address));
  }

  const table: [object, RegExp][] = [
    [{}, /^subdomain: is missing\. Give exactly one of subdomain, region, tokenEndpoint, issuer\.$/],
    [{ subdomain: 'acme', region: 'us' }, /^subdomain, region: contradict each other/],
    [{ region: 'us', tokenEndpoint: 'https://a.example/' }, /^region, tokenEndpoint: contradict/],
    [{ subdomain: 'acme.eu' }, /^subdomain: must be OneLogin's subdomain/],
    [{ region: 'mars' }, /^region: must be one of 'us'/],
    [{ tokenEndpoint: 'http://a.example/token' }, /^tokenEndpoint: must be https/],
  ];
  for (const [odd, message] of table) {
    it(`refuses ${JSON.stringify(odd)}`, () => expect(messageFor(odd)).to.match(message));
  }

  it('gives a server that needs no discovery, and is named by its address without the query', () => {
    const server = read({ tokenEndpoint: 'https://as.example/token?tenant=1' });
    const { signal } = new AbortController();
    expect(server.metadata(signal)).to.include({ tokenEndpoint: 'https://as.example/token?tenant=1' });
    expect(server.address).to.equal('https://as.example/token');
  });

  it('takes plain http anywhere where that is allowed, and names the option where it is not', () => {
    const place = { tokenEndpoint: 'http://as.example:8080/token' };
    expect(read(place, { allowHttp: true }).id).to.equal(place.tokenEndpoint);
    expect(readRegions({ eu: place }, { allowHttp: true, discover }).get('eu')?.id).to.equal(
      place.tokenEndpoint,
    );
    for (const refused of [() => read(place), () => readRegions({ eu: place }, STRICT)])
      expect(thrown(refused).message).to.contain('allowHttp: true');
    for (const tokenEndpoint of ['ftp://a.example/', 'http://id:s3cret@a.example/', 'http://a.example/#x'])
      expect(() => read({ tokenEndpoint }, { allowHttp: true })).to.throw(ConfigurationError);
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

  it('repeats no address', () => {
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
});

describe('readRegions', () => {
  const US = 'https://openid-connect.onelogin.com/oidc/token';

  it('are none by default', () => {
    expect(readRegions(undefined, STRICT).size).to.equal(0);
    expect(readRegions({}, STRICT).size).to.equal(0);
  });

  it('are each a subdomain or a token endpoint, by any name', () => {
    const regions = readRegions(
      {
        emea: { subdomain: 'acme-eu' },
        lab: { tokenEndpoint: new URL('https://AS.example:443/lab/../token') },
        '': { subdomain: 'empty' },
        constructor: { subdomain: 'strange' },
      },
      STRICT,
    );
    expect(Array.from(regions, ([name, { id }]) => [name, id])).to.deep.equal([
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
      const error = thrown<ConfigurationError>(() => readRegions(odd, STRICT));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
    });
  }

  it('cannot stand for one another', () => {
    const known = 'Known: subdomain, tokenEndpoint, issuer.';
    expect(() => readRegions({ emea: { region: 'us' } }, STRICT)).to.throw(
      ConfigurationError,
      `regions.emea.region: is not among the regions.emea options. ${known}`,
    );
    expect(() => readRegions({ emea: {} }, STRICT)).to.throw(
      'Give exactly one of subdomain, tokenEndpoint, issuer.',
    );
  });

  it('win over those of OneLogin, which stay where no own has the name', () => {
    const regions = readRegions({ us: { subdomain: 'acme' }, toString: { subdomain: 'strange' } }, STRICT);
    expect(readRegion('us', regions).id).to.equal('https://acme.onelogin.com/oidc/2/token');
    expect(readRegion('openid-connect', regions).id).to.equal(US);
    expect(read({ region: 'us' }, { regions }).id).to.contain('//acme.onelogin.com/');
    expect(read({ region: 'us' }).id).to.equal(US);
  });

  it('are listed to who gives another', () => {
    const own = readRegions({ emea: { subdomain: 'a' }, apac: { subdomain: 'b' } }, STRICT);
    expect(thrown(() => readRegion('mars', own)).message).to.equal(
      'region: is not among regions.emea, regions.apac. Got a string of 4 characters.',
    );
    const odd = readRegions({ emea: { subdomain: 'a' }, 's3cret-x': { subdomain: 'b' } }, STRICT);
    expect(thrown(() => readRegion('asia', odd)).message).to.equal(
      'region: is not among regions.emea, regions[1]. Got a string of 4 characters.',
    );
    expect(thrown(() => readRegion('mars', readRegions({}, STRICT))).message).to.contain("one of 'us', 'eu'");
    for (const odd of ['constructor', '__proto__', '', 5, null, undefined])
      expect(() => readRegion(odd, own), String(odd)).to.throw(ConfigurationError, 'region: ');
  });

  for (const [address, isTaken] of [
    [undefined, true],
    ['https://acme.onelogin.com/oidc/2/token', true],
    ['https://openid-connect.onelogin.com/oidc/token', true],
    ['https://as.example/token', false],
    ['https://onelogin.com.evil.example/oidc/2', false],
    ['https://evilonelogin.com/oidc/2', false],
    ['http://127.0.0.1:8080/token', false],
    ['no address', false],
  ] as const) {
    const home = address === undefined ? undefined : { address };
    const none = readRegions(undefined, STRICT);
    const refusal =
      "region: names no server: 'us' and 'eu' are OneLogin's, of which this provider has none. Leave";
    it(`of OneLogin are ${isTaken ? 'known' : 'refused'} to calls where the provider's server is ${address}`, () => {
      for (const region of ['us', 'eu', 'openid-connect', 'openid-connect-eu']) {
        const call = () => readCallRegion(region, none, home);
        if (isTaken) expect(call().id).to.contain('.onelogin.com/oidc/token');
        else expect(call).to.throw(ConfigurationError, refusal);
      }
      const unknown = () => readCallRegion('mars', none, home);
      expect(unknown).to.throw(ConfigurationError, isTaken ? "one of 'us', 'eu'" : refusal);
    });

    it(`of OneLogin are seen beside own ones where the provider's server is ${address}`, () => {
      const own = readRegions({ eu: { tokenEndpoint: 'https://eu.example/token' } }, STRICT);
      expect(readCallRegion('eu', own, home).id).to.equal('https://eu.example/token');
      const us = () => readCallRegion('us', own, home);
      if (isTaken && address) expect(us().id).to.equal(US);
      else expect(us).to.throw(ConfigurationError, refusal);
      expect(() => readCallRegion('mars', own, home)).to.throw(ConfigurationError, 'is not among regions.eu');
      const mixed = readRegions({ eu: { subdomain: 'acme' } }, STRICT);
      expect(readCallRegion('us', mixed, home).id).to.equal(US);
    });
  }
});

describe('namesServer', () => {
  it('finds a server named in any of the three ways, however odd', () => {
    for (const named of [{ subdomain: 'a' }, { region: 'us' }, { tokenEndpoint: '' }])
      expect(namesServer(named)).to.equal(true);
    for (const nowhere of [{}, { subdomain: undefined, region: undefined }])
      expect(namesServer(nowhere)).to.equal(false);
  });
});
