import { inspect } from 'node:util';
import { expect } from 'chai';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import sinon from 'sinon';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { clientSecretJwt } from '../../../lib/oauth/assertions/client-secret-jwt.js';
import { assertionOf, draftOf, partsOf } from '../../support/assertions.js';
import { rejection, thrown } from '../../support/rejection.js';

const SECRET = 's3cret-of-32-characters-or-more!';
const bytes = (secret: string) => new TextEncoder().encode(secret);
const isSignedBy = (assertion: string, secret: string) =>
  jwtVerify(assertion, bytes(secret)).then(
    () => true,
    () => false,
  );

describe('clientSecretJwt', () => {
  for (const alg of ['HS256', 'HS384', 'HS512'] as const) {
    it(`signs by ${alg} as a server verifies it`, async () => {
      const secret = `${SECRET}ü€`.repeat(2);
      const assertion = await assertionOf(clientSecretJwt({ secret, alg }));
      const { payload } = await jwtVerify(assertion, bytes(secret), {
        algorithms: [alg],
        issuer: 'acme',
        subject: 'acme',
        audience: 'https://as.example/token',
        typ: 'client-authentication+jwt',
        requiredClaims: ['iat', 'exp', 'jti'],
      });
      expect(payload).to.not.have.property('nbf');
    });
  }

  it('sends what oauth4webapi sends, but for the type and nbf', async () => {
    let theirs = '';
    const as = { issuer: 'https://as.example', token_endpoint: 'https://as.example/token' };
    await oauth.clientCredentialsGrantRequest(
      as,
      { client_id: 'acme' },
      oauth.ClientSecretJwt(SECRET),
      {},
      {
        [oauth.customFetch]: async (_, { body }) => {
          theirs = body.get('client_assertion') ?? '';
          return new Response('{}');
        },
      },
    );
    const ours = await assertionOf(clientSecretJwt({ secret: SECRET }), draftOf({ issuer: as.issuer }));
    const { typ, ...header } = decodeProtectedHeader(ours);
    expect(header).to.deep.equal(decodeProtectedHeader(theirs));
    expect(typ).to.equal('client-authentication+jwt');
    expect(Object.keys(decodeJwt(theirs))).to.have.members([...Object.keys(decodeJwt(ours)), 'nbf']);
    expect(decodeJwt(ours)).to.include({ iss: 'acme', sub: 'acme', aud: decodeJwt(theirs).aud });
  });

  it('hands its options on to what it signs', async () => {
    const by = clientSecretJwt({ secret: SECRET, audience: 'urn:as', typ: 'JWT', lifetimeMs: 120_000 });
    const { header, claims } = await partsOf(by);
    expect([header.typ, claims.aud, Number(claims.exp) - Number(claims.iat)]).to.deep.equal([
      'JWT',
      'urn:as',
      120,
    ]);
  });

  it('asks for the secret at the first need, and for another after a refusal', async () => {
    const supply = sinon.stub().onCall(0).returns('one').onCall(1).resolves('one').resolves('two');
    const by = clientSecretJwt({ secret: supply });
    expect(supply.callCount).to.equal(0);
    const refused = await by.authenticate(draftOf());
    await by.authenticate(draftOf());
    expect(supply.callCount).to.equal(1);
    expect(await by.renew?.(draftOf(), refused)).to.equal(false);
    expect(await by.renew?.(draftOf(), refused)).to.equal(true);
    // Another target has asked already.
    expect(await by.renew?.(draftOf(), refused)).to.equal(true);
    expect(supply.callCount).to.equal(3);
    expect(await isSignedBy(await assertionOf(by), 'two')).to.equal(true);
    expect(by.secrets()).to.deep.equal(['two', 'one']);
  });

  it('has nothing new where the secret is a text', async () => {
    const by = clientSecretJwt({ secret: SECRET });
    expect(by.secrets()).to.deep.equal([SECRET]);
    expect(await by.renew?.(draftOf(), await by.authenticate(draftOf()))).to.equal(false);
  });

  it('is named by its method alone, as a secret is no part of a target', () => {
    expect(clientSecretJwt({ secret: 'a' }).id).to.equal('client_secret_jwt');
    expect(clientSecretJwt({ secret: () => 'b', alg: 'HS512' }).id).to.equal('client_secret_jwt');
  });

  for (const [what, secret] of [
    [
      'throws',
      () => {
        throw new Error(SECRET);
      },
    ],
    ['gives nothing', () => undefined],
    ['gives a secret with a line break', () => `${SECRET}\n`],
  ] as [string, never][]) {
    it(`fails the attempt where the function ${what}`, async () => {
      const error = await rejection(assertionOf(clientSecretJwt({ secret })));
      expect(error).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ERR_CLIENT_SECRET' });
      expect(inspect(error, { depth: null, showHidden: true })).to.not.contain('s3cret');
    });
  }

  for (const [what, options, option] of [
    ['no secret', {}, 'secret'],
    ['an empty secret', { secret: '' }, 'secret'],
    ['a secret with a line break', { secret: `${SECRET}\n` }, 'secret'],
    ['an unknown algorithm', { secret: SECRET, alg: 'RS256' }, 'alg'],
    ['an unknown option', { secret: SECRET, key: SECRET }, 'key'],
  ] as [string, never, string][]) {
    it(`refuses ${what}`, () => {
      const error = thrown<ConfigurationError>(() => clientSecretJwt(options));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.option).to.be.oneOf([option, 'options']);
      expect(error.message).to.not.contain('s3cret');
    });
  }

  it('shows nothing of the secret', async () => {
    const by = clientSecretJwt({ secret: SECRET });
    await assertionOf(by);
    expect(inspect(by, { depth: null, showHidden: true }) + JSON.stringify(by)).to.not.contain('s3cret');
  });
});
