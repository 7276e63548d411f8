import { inspect } from 'node:util';
import { expect } from 'chai';
import { TokenEndpointError } from '../../lib/ground/errors.js';
import { textCleaner } from '../../lib/http/redaction/server-text.js';
import { hasOAuthError, type ReadErrorOptions, readError } from '../../lib/oauth/error-response.js';
import { isClientRefused, isPassing, mayNeedNewProof } from '../../lib/oauth/failure-kinds.js';
import { CertificateAuthority } from '../support/certificates.js';

const V1 = 'https://openid-connect.onelogin.com/oidc/token';

function read(
  status: number,
  body: object | string = '',
  headers: Record<string, string> = {},
  tokenEndpoint = V1,
  address = tokenEndpoint,
  changes: Partial<ReadErrorOptions> = {},
) {
  return readError(
    { status, body: typeof body === 'string' ? body : JSON.stringify(body), header: (name) => headers[name] },
    {
      address,
      tokenEndpoint,
      authentication: 'basic',
      isEncodingVisible: false,
      hasAssertion: false,
      hasGivenTokens: false,
      clean: (text) => text.replaceAll('s3cret', '…'),
      wallMs: 0,
      ...changes,
    },
  );
}

describe('readError', () => {
  const statuses: [number, boolean][] = [
    [300, true],
    [302, true],
    [307, true],
    [400, true],
    [401, true],
    [403, true],
    [404, true],
    [407, true],
    [408, false],
    [410, true],
    [413, true],
    [425, false],
    [429, false],
    [499, true],
    [500, false],
    [502, false],
    [503, false],
    [599, false],
  ];
  for (const [status, permanent] of statuses) {
    it(`takes ${status} for ${permanent ? 'permanent' : 'passing'}`, () => {
      expect(read(status))
        .to.be.instanceOf(TokenEndpointError)
        .and.include({ httpStatus: status, permanent });
    });
  }

  it('tells by how much the clock differs where an assertion is refused, by the Date of the answer', () => {
    const clock = (date: string | undefined, hasAssertion = true) =>
      /clock is .* the server's/.exec(
        read(401, { error: 'invalid_client' }, date === undefined ? {} : { date }, V1, V1, {
          hasAssertion,
          authentication: 'private_key_jwt k1',
          wallMs: Date.UTC(2026, 0, 1, 0, 2),
        }).message,
      )?.[0];
    expect(clock('Thu, 01 Jan 2026 00:00:00 GMT')).to.equal("clock is 120 s ahead of the server's");
    expect(clock('Thu, 01 Jan 2026 00:03:00 GMT')).to.equal("clock is 60 s behind the server's");
    for (const date of ['Thu, 01 Jan 2026 00:02:03 GMT', 'oops', undefined])
      expect(clock(date)).to.equal(undefined);
    expect(clock('Thu, 01 Jan 2026 00:00:00 GMT', false)).to.equal(undefined);
  });

  for (const error of [
    'invalid_client',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
  ]) {
    it(`takes ${error} for permanent, whatever the status, and says what to do`, () => {
      for (const status of [400, 401, 403, 429, 500]) {
        const failure = read(status, { error });
        expect(failure).to.include({ httpStatus: status, error, permanent: true });
        expect(failure.message).to.match(new RegExp(`answered ${status} ${error}\\. \\w+`));
      }
    });
  }

  it('judges invalid_request and server_error by their status', () => {
    expect(read(400, { error: 'invalid_request' })).to.include({ permanent: true });
    for (const error of ['temporarily_unavailable', 'server_error', 'slow_down'])
      for (const status of [200, 400, 403, 503]) expect(read(status, { error }).permanent).to.equal(false);
    expect(read(429, { error: 'invalid_request' })).to.include({ permanent: false });
    expect(read(500, { error: 'server_error' })).to.include({ permanent: false, error: 'server_error' });
  });

  it('names the three usual causes of invalid_client, also where a server answers 401 or 403 without it', () => {
    for (const failure of [read(401, { error: 'invalid_client' }), read(401, '<html></html>'), read(403)]) {
      expect(failure.message).to.match(/rotated clientSecret.*POST.*subdomain/);
    }
    expect(read(403).message).to.contain('answered 403 with an empty body.');
    expect(read(401, '<html></html>').message).to.contain('with an HTML page.');
    expect(read(404).message).to.not.contain('clientSecret');
  });

  it('takes what a gateway says for passing where the server has given a token before', () => {
    const notFound = { error: 'resource not found' };
    for (const hasGivenTokens of [true, false])
      for (const body of ['', '<html></html>', notFound])
        for (const status of [404, 405])
          expect(read(status, body, {}, V1, V1, { hasGivenTokens }).permanent).to.equal(!hasGivenTokens);
    const page = '<!doctype html><title>Blocked</title>';
    for (const [status, isPassing] of [
      [400, true],
      [409, true],
      [421, true],
      [451, true],
      [302, false],
      [401, false],
      [403, false],
    ] as const)
      for (const hasGivenTokens of [true, false])
        expect(read(status, page, {}, V1, V1, { hasGivenTokens }).permanent, `${status}`).to.equal(
          !(hasGivenTokens && isPassing),
        );
    const ofCertificate = '<html><title>400 No required SSL certificate was sent</title></html>';
    expect(read(400, ofCertificate, {}, V1, V1, { hasGivenTokens: true }).permanent).to.equal(true);
    const { message } = read(404, '', {}, V1, V1, { hasGivenTokens: true });
    expect(message).to.match(/has given tokens before, so this is most likely a gateway/);
    const ofOAuth = { error: 'invalid_client' };
    expect(read(404, ofOAuth, {}, V1, V1, { hasGivenTokens: true }).permanent).to.equal(true);
  });

  it('hides the tokens that the answer has, wherever they stand in it', () => {
    const [one, other] = ['opaque-0123456789', 'opaque-9876543210'];
    const failure = read(
      400,
      {
        error: 'x',
        error_description: `${one} ${other}`,
        access_token: one,
        data: { list: [{ idToken: other }] },
      },
      {},
      V1,
      V1,
      { clean: textCleaner([]) },
    );
    expect(failure.errorDescription).to.equal('[token] [token]');
  });

  it('knows an error of OAuth in an answer with a status of success', () => {
    const isError = (body: unknown) =>
      hasOAuthError({ status: 200, body: JSON.stringify(body), header: () => undefined });
    for (const body of [
      { error: 'x' },
      ...['', null, 'not for a header', 'Bearer abc', 5].map((token) => ({
        error: 'x',
        access_token: token,
      })),
    ])
      expect(isError(body)).to.equal(true);
    for (const body of [
      { error: { code: 'x' } },
      { errorCode: 'x', errorSummary: 'y' },
      { error: 100_001, error_description: 'y' },
      { error: { code: 401, message: 'y' } },
    ])
      expect(isError(body)).to.equal(true);
    for (const body of [
      {},
      { error: '' },
      { error: 5 },
      { error: 0, error_description: 'y' },
      { error: true, message: 'y' },
      { error: false, message: 'y' },
      { error: {} },
      { message: 'x' },
      { error: 'x', access_token: 'abc' },
      'text',
      null,
    ])
      expect(isError(body)).to.equal(false);
    const words = { error: 'incorrect_client_credentials', error_description: 'The client_id is incorrect.' };
    expect(read(200, words)).to.include({ httpStatus: 200, error: words.error, permanent: true });
    expect(read(200, words).message).to.match(/rotated clientSecret/);
  });

  it('judges by the words of the server, and not by what is left of them when they are cleaned', () => {
    const hides = (text: string) => ({ clean: (words: string) => words.replaceAll(text, '[secret]') });
    const judged = (error: string, secret: string) => read(400, { error }, {}, V1, V1, hides(secret));
    // The label must not be taken for a word about secrets.
    const oddWord = judged('odd hunter2', 'hunter2');
    expect([oddWord.error, isClientRefused(oddWord)]).to.deep.equal(['odd [secret]', false]);
    expect(oddWord.message).to.not.contain('rotated clientSecret');
    const refused = judged('wrong_credential', 'wrong_credential');
    expect([refused.error, isClientRefused(refused)]).to.deep.equal(['[secret]', true]);
    expect(refused.message).to.match(/rotated clientSecret/);
    const passing = judged('service_unavailable', 'service');
    expect([passing.error, passing.permanent, isPassing(passing)]).to.deep.equal([
      '[secret]_unavailable',
      false,
      true,
    ]);
    expect(mayNeedNewProof(judged('odd hunter2', 'hunter2'))).to.equal(true);
    expect(inspect([oddWord, refused], { depth: null, showHidden: true })).to.not.match(
      /hunter2|wrong_credential/,
    );
  });

  it("names subdomain for the 410 of OneLogin's retired first generation alone", () => {
    expect(read(410).message).to.contain("subdomain: 'acme'");
    expect(read(410, '', {}, 'https://as.example/token').message).to.not.contain('subdomain');
  });

  it('names the server by its address, and judges by the token endpoint', () => {
    const { message } = read(410, '', {}, V1, 'https://id.example');
    expect(message).to.match(/^https:\/\/id\.example answered 410 .*subdomain: 'acme'/);
    expect(read(410, '', {}, 'https://as.example/token', V1).message).to.not.contain('subdomain');
  });

  it('says where a redirect points, and why it is not followed', () => {
    const { message } = read(307, '', { location: 'https://evil.example/?s3cret' });
    expect(message).to.contain('redirects to https://evil.example/, which is not followed');
    expect(read(304).message).to.contain('a redirect to nowhere; a token endpoint has none. Check the path');
  });

  for (const [status, isRedirect] of [
    [199, false],
    [300, true],
    [399, true],
    [400, false],
  ] as const) {
    it(`takes ${status} for ${isRedirect ? 'a' : 'no'} redirect`, () => {
      expect(read(status).message.includes('a redirect to')).to.equal(isRedirect);
    });
  }

  it('says no more than what came, where there is nothing to mend', () => {
    expect(read(503).message).to.equal(`${V1} answered 503 with an empty body.`);
  });

  it("repeats the server's words, cleaned", () => {
    const failure = read(400, { error: 'invalid_scope', error_description: 'not s3cret' });
    expect(failure.errorDescription).to.equal('not …');
    expect(failure.message).to.contain('400 invalid_scope ("not …"). Ask for');
  });

  it('takes the words of an error that is no text, as gateways and frameworks write it', () => {
    const failure = read(200, { error: { code: 'invalid_client', message: 'not s3cret' } });
    expect(failure).to.include({ error: 'invalid_client', errorDescription: 'not …', permanent: true });
    expect(read(400, { fault: { faultstring: 'no s3cret' } }).message).to.contain('with JSON ("no …")');
  });

  it('speaks of a gateway too, where a page refuses', () => {
    const words = /a gateway or firewall in front of the server refuses this machine/;
    for (const status of [401, 403]) {
      expect(read(status, '<html></html>').message)
        .to.match(words)
        .and.match(/rotated clientSecret/);
      expect(read(status, { error: 'access_denied' }).message).to.not.match(words);
      expect(read(status, '', { 'content-type': 'text/html' }).message).to.not.match(words);
    }
    expect(read(400, '<html></html>').message).to.not.match(words);
  });

  it('does not stumble over odd members', () => {
    for (const body of [
      { error: 5 },
      { error: { code: 1 } },
      { errors: 5 },
      { errors: [] },
      { errors: [null] },
      { error: '' },
      [],
      'null',
      { error: 'toString' },
    ]) {
      expect(read(400, body)).to.include({ httpStatus: 400, permanent: true });
    }
    expect(read(500, { error: 'constructor' })).to.include({ permanent: false });
    expect(read(400, { error: '', error_description: '' })).to.include({
      error: undefined,
      errorDescription: undefined,
    });
  });

  it('reads Retry-After, against the Date of the answer', () => {
    expect(read(503, '', { 'retry-after': '7' }).retryAfterMs).to.equal(7_000);
    const date = { 'retry-after': new Date(9_000).toUTCString(), date: new Date(4_000).toUTCString() };
    expect(read(503, '', date).retryAfterMs).to.equal(5_000);
    expect(read(503).retryAfterMs).to.equal(undefined);
  });

  it('knows the page of a gateway that looks at certificates', async () => {
    const { cert, key } = await (await CertificateAuthority.create()).issue(['client.example']);
    const page = (words: string) => `<html><head><title>400 ${words}</title></head></html>`;
    for (const [words, shown, remedy] of [
      ['No required SSL certificate was sent', {}, /wants a client certificate.*tlsClient\(\)/],
      ['No required SSL certificate was sent', { certificate: { cert, key } }, /The server got none/],
      [
        'The SSL certificate error',
        { certificate: { cert, key } },
        /the one that the server has for this client/,
      ],
    ] as [string, Partial<ReadErrorOptions>, RegExp][]) {
      const error = read(400, page(words), {}, V1, V1, shown);
      expect(error.message).to.match(remedy).and.not.contain('PRIVATE');
      expect([error.permanent, mayNeedNewProof(error)]).to.deep.equal([true, true]);
    }
  });
});
