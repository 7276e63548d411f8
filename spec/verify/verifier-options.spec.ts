import axios from 'axios';
import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readVerifierOptions, type VerifierSettings } from '../../lib/verify/verifier-options.js';
import { thrown } from '../support/rejection.js';

const HOUR_MS = 3_600_000;
const LEAST = { issuer: 'https://as.example', audience: 'https://api.example' };
const read = (options: object) => readVerifierOptions({ ...LEAST, ...options });
const refused = (options: object) => thrown<ConfigurationError>(() => read(options));
const optionOf = (options: object) => {
  const error = refused(options);
  expect(error).to.be.instanceOf(ConfigurationError);
  expect(error.message).to.match(new RegExp(`^${error.option.replace('.', '\\.')}: `));
  return error.option;
};

/** The name of a number, its least, its most, its default. */
const NUMBERS: readonly (readonly [keyof VerifierSettings, number, number, number])[] = [
  ['clockToleranceMs', 0, 300_000, 5_000],
  ['maxStaleMs', 0, 30 * 24 * HOUR_MS, 24 * HOUR_MS],
  ['cacheSize', 0, 1_000_000, 1_000],
  ['requestTimeoutMs', 1, 600_000, 10_000],
  ['maxWaitMs', 0, HOUR_MS, 5_000],
];

describe('readVerifierOptions', () => {
  it('needs an issuer and an audience, and has defaults for the rest', () => {
    expect(readVerifierOptions(LEAST)).to.deep.equal({
      issuer: 'https://as.example',
      jwksUri: undefined,
      audience: ['https://api.example'],
      algorithms: ['RS256'],
      clockToleranceMs: 5_000,
      maxStaleMs: 24 * HOUR_MS,
      cacheSize: 1_000,
      requestTimeoutMs: 10_000,
      maxWaitMs: 5_000,
      retry: { retries: 5, minDelayMs: 1_000, maxDelayMs: 30_000 },
      allowHttp: false,
      http: undefined,
    });
  });

  it('takes undefined for what is not given', () => {
    const names = ['jwksUri', 'algorithms', 'retry', 'allowHttp', 'http', ...NUMBERS.map(([name]) => name)];
    const options = Object.fromEntries([...names, 'subdomain'].map((name) => [name, undefined]));
    expect(read(options)).to.deep.equal(readVerifierOptions(LEAST));
  });

  for (const [name, least, most, usual] of NUMBERS) {
    it(`takes ${name} from ${least} to ${most}; ${usual} by default`, () => {
      expect(read({})[name]).to.equal(usual);
      for (const value of [least, most]) expect(read({ [name]: value })[name]).to.equal(value);
      for (const value of [least - 1, most + 1, Number.NaN, Number.NEGATIVE_INFINITY, '5', null, [5], true])
        expect(optionOf({ [name]: value }), String(value)).to.equal(name);
    });
  }

  it('remembers whole tokens alone', () => {
    expect(optionOf({ cacheSize: 0.5 })).to.equal('cacheSize');
  });

  describe('the place', () => {
    it('is a subdomain of OneLogin, in small letters', () => {
      const { issuer, jwksUri } = readVerifierOptions({ subdomain: 'ACME', audience: 'a' });
      expect([issuer, jwksUri]).to.deep.equal(['https://acme.onelogin.com/oidc/2', undefined]);
      for (const subdomain of ['us', 'https://acme.onelogin.com', 'acme.onelogin.com', '', 5, null])
        expect(optionOf({ issuer: undefined, subdomain })).to.equal('subdomain');
    });

    it('is one, and no more', () => {
      expect(() => readVerifierOptions({ audience: 'a' })).to.throw(
        ConfigurationError,
        'issuer: Give exactly one',
      );
      expect(() => read({ subdomain: 'acme' })).to.throw(ConfigurationError, 'issuer: Give exactly one');
      expect(() =>
        readVerifierOptions({ subdomain: 'acme', audience: 'a', jwksUri: 'https://as.example/jwks' }),
      ).to.throw(ConfigurationError, 'jwksUri: is for issuer.');
    });

    it('is an issuer, letter for letter', () => {
      for (const issuer of [
        'https://as.example',
        'https://as.example/',
        'https://AS.example/a/b/',
        'http://127.0.0.1:8080',
      ])
        expect(read({ issuer }).issuer).to.equal(issuer);
      expect(read({ issuer: new URL('https://as.example/realms/a') }).issuer).to.equal(
        'https://as.example/realms/a',
      );
    });

    it('takes no issuer that is no address, or not a safe one', () => {
      for (const issuer of [
        5,
        null,
        '',
        'as.example',
        'ftp://as.example',
        'http://as.example',
        'https://u:p@as.example',
        'https://as.example/#a',
        'https://as.example/?a=1',
        'https://as.example/.well-known/openid-configuration',
      ])
        expect(optionOf({ issuer }), String(issuer)).to.equal('issuer');
    });

    it('takes keys from elsewhere', () => {
      const jwksUri = 'https://keys.example/jwks?v=1';
      expect(read({ jwksUri }).jwksUri).to.equal(jwksUri);
      expect(read({ jwksUri: new URL(jwksUri) }).jwksUri).to.equal(jwksUri);
      for (const odd of [
        5,
        null,
        '',
        '/jwks',
        'http://keys.example/',
        'https://u:p@keys.example/',
        'file:///jwks',
      ])
        expect(optionOf({ jwksUri: odd }), String(odd)).to.equal('jwksUri');
    });

    it('takes plain http on any host where it is allowed', () => {
      const options = { allowHttp: true, issuer: 'http://as.example', jwksUri: 'http://keys.example/' };
      expect(read(options)).to.include(options);
      for (const allowHttp of ['true', 1, null]) expect(optionOf({ allowHttp })).to.equal('allowHttp');
    });
  });

  describe('the audience', () => {
    it('is one name, or several', () => {
      expect(read({ audience: 'a' }).audience).to.deep.equal(['a']);
      expect(read({ audience: ['a', 'b'] }).audience).to.deep.equal(['a', 'b']);
    });

    it('must be there', () => {
      expect(() => read({ audience: undefined })).to.throw(ConfigurationError, 'audience: is missing.');
      for (const audience of [[], '', ['a', ''], null, 5, ['a', 5], {}])
        expect(optionOf({ audience })).to.equal('audience');
    });

    it('is a copy', () => {
      const audience = ['a'];
      const settings = read({ audience });
      audience.push('b');
      expect(settings.audience).to.deep.equal(['a']);
    });
  });

  describe('the algorithms', () => {
    it('may be each one with a pair of keys', () => {
      const all = ['RS', 'PS', 'ES'].flatMap((kind) => [256, 384, 512].map((size) => `${kind}${size}`));
      const algorithms = [...all, 'EdDSA', 'Ed25519'];
      expect(read({ algorithms }).algorithms).to.deep.equal(algorithms);
    });

    it('are never none, nor with a shared secret', () => {
      for (const alg of [
        'none',
        'None',
        'HS256',
        'HS384',
        'HS512',
        'RS255',
        'rs256',
        'ES256K',
        'dir',
        '',
        '__proto__',
      ])
        expect(optionOf({ algorithms: ['RS256', alg] }), alg).to.equal('algorithms');
      for (const algorithms of [[], null, 5, {}, [5]])
        expect(optionOf({ algorithms })).to.equal('algorithms');
    });
  });

  it('reads how requests are sent as the provider does', () => {
    const http = axios.create();
    expect(read({ http }).http).to.equal(http);
    for (const odd of [{}, null, () => undefined, 'axios']) expect(optionOf({ http: odd })).to.equal('http');
    expect(read({ retry: { retries: 0 } }).retry).to.deep.equal({
      retries: 0,
      minDelayMs: 1_000,
      maxDelayMs: 30_000,
    });
    expect(optionOf({ retry: { retries: -1 } })).to.equal('retry.retries');
    expect(optionOf({ retry: null })).to.equal('retry');
  });

  it('finds names that it does not know', () => {
    expect(() => read({ audiences: 'a' })).to.throw(ConfigurationError, 'Did you mean audience?');
    expect(() => read({ jwksURI: 'a' })).to.throw(ConfigurationError, 'Did you mean jwksUri?');
    // A secret in the place of a name is not shown.
    const secret = 'c2VjcmV0LXNlY3JldA==';
    expect(refused({ [secret]: 1 }).message).to.match(/^verifier options: contains an unknown name/);
    expect(refused({ [secret]: 1 }).message).to.not.contain(secret);
  });

  it('takes a plain object alone', () => {
    for (const odd of [undefined, null, 'acme', 5, [], new Map(), () => undefined])
      expect(() => readVerifierOptions(odd)).to.throw(
        ConfigurationError,
        'verifier options: must be a plain object',
      );
    expect(() => readVerifierOptions(Object.create(LEAST))).to.throw(ConfigurationError, 'is inherited');
  });

  it('names the option whose getter throws, and reads each but once', () => {
    const names = [
      'jwksUri',
      'audience',
      'algorithms',
      'retry',
      'http',
      'allowHttp',
      ...NUMBERS.map(([name]) => name),
    ];
    for (const name of names) {
      const get = () => {
        throw new Error('s3cret');
      };
      const hostile = Object.defineProperty({ ...LEAST }, name, { enumerable: true, get });
      const error = thrown<ConfigurationError>(() => readVerifierOptions(hostile));
      expect(error).to.be.instanceOf(ConfigurationError).and.include({ option: name });
      expect(error.message).to.not.contain('s3cret');
    }
    let reads = 0;
    const get = () => {
      reads += 1;
      return reads === 1 ? 'a' : 5;
    };
    const changing = Object.defineProperty({ ...LEAST }, 'audience', { enumerable: true, get });
    expect([readVerifierOptions(changing).audience, reads]).to.deep.equal([['a'], 1]);
  });
});
