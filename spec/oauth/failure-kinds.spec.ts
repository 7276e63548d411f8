import { expect } from 'chai';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../lib/ground/errors.js';
import {
  isClientRefused,
  isDoubtfulAddress,
  isKnownCode,
  isNoTokenEndpoint,
  isPassing,
  mayNeedNewProof,
  noteUnfitToken,
} from '../../lib/oauth/failure-kinds.js';

const refusal = (httpStatus: number, error?: string) => ({ httpStatus, error });

describe('the kind of a failure', () => {
  it('is a refused client, in whatever words a server says so', () => {
    const refused = [
      refusal(401, 'invalid_client'),
      refusal(400, 'invalid_client'),
      refusal(401, 'unauthorized_client'),
      refusal(403, 'access_denied'),
      refusal(400, 'invalid_grant'),
      refusal(401),
      refusal(403),
      refusal(401, '9'),
      refusal(200, 'incorrect_client_credentials'),
      refusal(400, 'bad_client_secret'),
      refusal(400, 'InvalidClientCredentials'),
      refusal(400, 'INVALID_CLIENT'),
      refusal(400, 'Unauthorized Client'),
      refusal(400, 'AccessDenied'),
      refusal(400, 'authentication_failed'),
      refusal(400, 'NotAuthorizedException'),
      refusal(422, 'wrong_password'),
      refusal(404, 'client_not_found'),
      refusal(500, 'invalid_client'),
    ];
    for (const one of refused) expect(isClientRefused(one), JSON.stringify(one)).to.equal(true);
    const others = [
      refusal(400),
      refusal(404),
      refusal(503),
      refusal(400, 'invalid_scope'),
      refusal(400, 'invalid_request'),
      refusal(401, 'invalid_scope'),
      refusal(400, 'scope_invalid'),
      refusal(500, 'client_error'),
      refusal(429, 'access_denied'),
      refusal(503, 'invalid_grant'),
      refusal(401, 'temporarily_unavailable'),
      refusal(403, 'rate_limit_exceeded'),
      refusal(403, 'REQUEST_LIMIT_EXCEEDED'),
      refusal(403, 'quotaExceeded'),
      refusal(403, 'RESOURCE_EXHAUSTED'),
      refusal(401, 'temporary_error'),
      refusal(403, 'maintenance'),
      refusal(200, '503'),
      refusal(200, '429'),
      refusal(200, '100001'),
      refusal(404, 'The client asked for nothing that is here'),
      refusal(302, 'wrong_client'),
      refusal(400, 'InvalidScope'),
    ];
    for (const one of others) expect(isClientRefused(one), JSON.stringify(one)).to.equal(false);
  });

  it('may need a new proof also where the server says less', () => {
    for (const one of [
      refusal(400),
      refusal(400, 'invalid_request'),
      refusal(401, 'invalid_request'),
      refusal(400, 'oops'),
      refusal(200, 'oops'),
      refusal(422, 'oops'),
      refusal(401),
    ])
      expect(mayNeedNewProof(one), JSON.stringify(one)).to.equal(true);
    for (const one of [
      refusal(400, 'invalid_scope'),
      refusal(404),
      refusal(307),
      refusal(410),
      refusal(503),
      refusal(429, 'oops'),
      refusal(404, 'Not Found'),
      refusal(302, 'oops'),
    ])
      expect(mayNeedNewProof(one), JSON.stringify(one)).to.equal(false);
  });

  it('is passing by status, or by a word at any status', () => {
    for (const status of [408, 425, 429, 500, 503, 599]) expect(isPassing(refusal(status))).to.equal(true);
    for (const word of ['temporarily_unavailable', 'server_error', 'slow_down', 'use_dpop_nonce'])
      for (const status of [200, 400, 401, 503]) expect(isPassing(refusal(status, word))).to.equal(true);
    for (const status of [300, 400, 401, 404, 410, 499]) expect(isPassing(refusal(status))).to.equal(false);
    const words = ['SERVER_ERROR', 'TemporarilyUnavailable', 'too_many_requests', 'Service Unavailable'];
    for (const word of [
      ...words,
      'try_again_later',
      'RequestTimeout',
      'timed out',
      'overloaded',
      'SERVER_BUSY',
    ])
      expect(isPassing(refusal(400, word)), word).to.equal(true);
    expect(isPassing(refusal(400, 'invalid_dpop_proof'))).to.equal(false);
    for (const word of ['invalid_client', 'invalid_scope', 'InvalidClient'])
      expect(isPassing(refusal(503, word)), word).to.equal(false);
    for (const word of ['access_denied', 'invalid_grant', 'oops'])
      expect(isPassing(refusal(429, word)), word).to.equal(true);
    expect(isPassing(refusal(503, 'invalid_request'))).to.equal(true);
  });

  it('is no token endpoint only where nothing of OAuth has answered', () => {
    for (const status of [404, 405])
      for (const word of [undefined, '', 'resource not found', 'Not Found', 'no such path for this client'])
        expect(isNoTokenEndpoint(refusal(status, word))).to.equal(true);
    for (const one of [
      refusal(404, 'invalid_client'),
      refusal(404, 'unknown_client'),
      refusal(400),
      refusal(410),
    ])
      expect(isNoTokenEndpoint(one)).to.equal(false);
  });

  it('is a doubtful address for what a roll-out may look like', () => {
    const of = (status: number, error?: string) =>
      new TokenEndpointError('no', { httpStatus: status, error, permanent: true });
    for (const error of [
      of(404),
      of(405),
      new TokenResponseError('a page', true),
      new TokenRequestError('no such host', 'ENOTFOUND', true),
    ])
      expect(isDoubtfulAddress(error)).to.equal(true);
    for (const error of [
      of(401),
      of(404, 'invalid_client'),
      new TokenResponseError('malformed'),
      noteUnfitToken(new TokenResponseError('not bound', true)),
      new TokenRequestError('reset', 'ECONNRESET'),
    ])
      expect(isDoubtfulAddress(error)).to.equal(false);
  });

  it('knows the codes of OAuth alone', () => {
    for (const code of ['invalid_client', 'invalid_target', 'slow_down'])
      expect(isKnownCode(code)).to.equal(true);
    for (const code of [undefined, '', 'toString', 'Invalid_Client', '9'])
      expect(isKnownCode(code)).to.equal(false);
  });
});
