import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import {
  isSecretMethod,
  readAuthentication,
} from '../../../lib/oauth/client-authentication/authentication-option.js';
import { SECRET_METHODS } from '../../../lib/oauth/client-authentication/secret-methods.js';
import type {
  ClientAuthenticator,
  ClientProof,
  TokenRequestDraft,
} from '../../../lib/options/client-authenticator.js';
import { thrown } from '../../support/rejection.js';

const { signal: never } = new AbortController();

describe('readAuthentication', () => {
  it('finds each method by its name', () => {
    for (const name of ['basic', 'basic-raw', 'post'] as const)
      expect(readAuthentication(name)).to.equal(SECRET_METHODS[name]);
  });

  it('is basic where none is named, or what the provider has', () => {
    expect(readAuthentication(undefined)).to.equal(SECRET_METHODS.basic);
    expect(readAuthentication(undefined, SECRET_METHODS.post)).to.equal(SECRET_METHODS.post);
    expect(readAuthentication('basic-raw', SECRET_METHODS.post)).to.equal(SECRET_METHODS['basic-raw']);
  });

  for (const odd of [
    'private_key_jwt',
    'Basic',
    '',
    'constructor',
    'toString',
    null,
    5,
    ['basic'],
    () => 1,
  ]) {
    it(`refuses ${JSON.stringify(odd)}, and lists the methods`, () => {
      const error = thrown<ConfigurationError>(() => readAuthentication(odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'authentication');
      expect(error.message).to.match(
        /^authentication: must be one of 'basic', 'basic-raw', 'post', or a client authenticator of m2m-token-provider\/client-auth; got (a string of|an |a function|null|5)/,
      );
    });
  }

  describe('given an authenticator', () => {
    const own = { id: 'own', authenticate: () => ({}), secrets: () => ['s'] };
    const draft = { clientId: 'c', tokenEndpoint: 'https://as.example/token', timeoutMs: 1, signal: never };

    it('takes it, the same each time, and in place of what the provider has', () => {
      const read = readAuthentication(own, SECRET_METHODS.post);
      expect(isSecretMethod(read)).to.equal(false);
      expect(isSecretMethod(SECRET_METHODS.post)).to.equal(true);
      expect(readAuthentication(own)).to.equal(read);
      expect(readAuthentication(undefined, read)).to.equal(read);
    });

    it('calls its methods on itself', async () => {
      class Own implements ClientAuthenticator {
        readonly id = 'own';
        readonly #text = 'mine';
        authenticate = async ({ clientId }: TokenRequestDraft) => ({
          parameters: { a: clientId + this.#text },
        });
        secrets() {
          return [this.#text];
        }
        async binding() {
          return this.#text;
        }
        async renew(request: TokenRequestDraft, refused: ClientProof) {
          return request === draft && refused.headers?.a === this.#text;
        }
      }
      const read = readAuthentication(new Own()) as ClientAuthenticator;
      expect(await read.authenticate(draft)).to.deep.equal({ parameters: { a: 'cmine' } });
      expect(read.secrets()).to.deep.equal(['mine']);
      expect(await read.renew?.(draft, { headers: { a: 'mine' } })).to.equal(true);
      expect(await read.binding?.()).to.equal('mine');
      const { renew, binding } = readAuthentication(own) as ClientAuthenticator;
      expect([renew, binding]).to.deep.equal([undefined, undefined]);
    });

    it('reads its id once', () => {
      let count = 0;
      const counting = {
        ...own,
        get id() {
          count += 1;
          return `own-${count}`;
        },
      };
      const { id } = readAuthentication(counting) as ClientAuthenticator;
      expect([id, (readAuthentication(counting) as ClientAuthenticator).id, count]).to.deep.equal([
        'own-1',
        'own-1',
        1,
      ]);
    });

    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const [what, odd, words] of [
      ['nothing in it', {}, /has not a text as id/],
      ['an empty id', { ...own, id: '' }, /has not a text as id/],
      ['no authenticate()', { ...own, authenticate: undefined }, /has not authenticate\(\)/],
      ['no secrets()', { ...own, secrets: 's3cret' }, /has not secrets\(\)/],
      ['a binding that is no function', { ...own, binding: 'x' }, /has not a function as binding/],
      ['a renew that is no function', { ...own, renew: true }, /has not a function as renew/],
      [
        'a getter that throws',
        {
          ...own,
          get authenticate(): never {
            throw new Error('s3cret');
          },
        },
        /cannot be read/,
      ],
      ['been revoked', revoked, /cannot be read|must be one of/],
    ] as [string, unknown, RegExp][]) {
      it(`refuses one that has ${what}`, () => {
        const error = thrown<ConfigurationError>(() => readAuthentication(odd));
        expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'authentication');
        expect(error.message).to.match(words).and.not.contain('s3cret');
      });
    }
  });
});
