import { expect } from 'chai';
import type { CheckName } from '../../../lib/cli/doctor/check-result.js';
import { failedStep } from '../../../lib/cli/doctor/failed-step.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../../lib/index.js';

const request = (reason: string, message = 'No.') => new TokenRequestError(message, reason);
const answer = (httpStatus: number, error?: string, message = 'No.') =>
  new TokenEndpointError(message, { httpStatus, error, permanent: true });

const TABLE: readonly [
  error: TokenRequestError | TokenEndpointError | TokenResponseError,
  check: CheckName,
][] = [
  [request('ERR_PROXY'), 'proxy'],
  [request('ENOTFOUND'), 'DNS'],
  [request('EAI_AGAIN'), 'DNS'],
  [request('ECONNREFUSED'), 'TCP'],
  [request('EHOSTUNREACH'), 'TCP'],
  [request('ENETUNREACH'), 'TCP'],
  [request('CERT_HAS_EXPIRED'), 'TLS'],
  [request('EPROTO'), 'TLS'],
  [request('ERR_SSL_WRONG_VERSION_NUMBER'), 'TLS'],
  [request('ECONNRESET', 'closed before secure TLS connection was established'), 'TLS'],
  [request('ECONNRESET', 'If that port speaks TLS, write https:// in it.'), 'TLS'],
  [request('ECONNRESET'), 'endpoint'],
  [request('HPE_INVALID_CONSTANT'), 'endpoint'],
  [request('ETIMEDOUT'), 'endpoint'],
  [request('ETIMEDOUT', 'There was no TLS handshake with a.example:443 within 2 s.'), 'TLS'],
  // The settings were good: it was right when they were looked at.
  [request('ERR_CLIENT_CERTIFICATE'), 'endpoint'],
  [answer(404), 'endpoint'],
  [answer(405), 'endpoint'],
  [answer(410), 'endpoint'],
  [answer(302), 'endpoint'],
  [answer(503), 'endpoint'],
  [answer(429), 'endpoint'],
  [answer(400, 'temporarily_unavailable'), 'endpoint'],
  [answer(401, undefined, 'https://a.example/.well-known/openid-configuration answered 401.'), 'endpoint'],
  [answer(401, 'invalid_client'), 'client'],
  [answer(401), 'client'],
  [answer(403), 'client'],
  [answer(400), 'client'],
  [answer(400, 'invalid_request'), 'client'],
  [answer(400, 'access_denied'), 'client'],
  [answer(400, 'InvalidClient'), 'client'],
  [answer(400, 'unauthorized_client'), 'grant'],
  [answer(400, 'unsupported_grant_type'), 'grant'],
  [answer(400, 'invalid_scope'), 'scope'],
  [answer(400, 'INVALID SCOPE'), 'scope'],
  [answer(400, 'invalid_target'), 'scope'],
  [new TokenResponseError('answered 200 with an HTML page, not a token.'), 'endpoint'],
  [new TokenResponseError("its token_type is 'mac'"), 'grant'],
  [new TokenResponseError('its access_token has characters'), 'grant'],
  [new TokenResponseError('names no lifetime that could be (expires_in is x)'), 'lifetime'],
];

describe('failedStep', () => {
  for (const [error, check] of TABLE) {
    const { reason, httpStatus, error: code, message } = error as unknown as Record<string, string>;
    it(`is ${check} for ${[reason, httpStatus, code, message].filter(Boolean).join(' ')}`, () => {
      expect(failedStep(error, true)).to.equal(check);
    });
  }

  it('is TCP for silence, where there is no connection either', () => {
    expect(failedStep(request('ETIMEDOUT'), false)).to.equal('TCP');
  });
});
