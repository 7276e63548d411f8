import { expect } from 'chai';
import {
  ProviderClosedError,
  TokenEndpointError,
  type TokenProviderError,
  TokenRequestError,
  TokenResponseError,
  TokenUnavailableError,
} from '../../../lib/ground/errors.js';
import { errorTypeOf } from '../../../lib/observe/attributes/error-type.js';

const refused = (httpStatus: number, error?: string) =>
  new TokenEndpointError('No.', { httpStatus, error, permanent: false });

const TABLE: readonly (readonly [TokenProviderError, string])[] = [
  [refused(401, 'invalid_client'), 'invalid_client'],
  [refused(400, 'invalid_scope'), 'invalid_scope'],
  [refused(503, 'temporarily_unavailable'), 'temporarily_unavailable'],
  [refused(503), '503'],
  [refused(400, 'words of the server, of which there may be any number'), '400'],
  [refused(429, 'Invalid_Client'), '429'],
  [new TokenRequestError('No.', 'ECONNRESET'), 'ECONNRESET'],
  [new TokenResponseError('No.'), 'ERR_TOKEN_RESPONSE'],
  [new TokenUnavailableError('No.'), 'ERR_TOKEN_UNAVAILABLE'],
  [new ProviderClosedError(), 'ERR_PROVIDER_CLOSED'],
];

describe('errorTypeOf()', () => {
  for (const [error, type] of TABLE)
    it(`is ${type}`, () => {
      expect(errorTypeOf(error)).to.equal(type);
    });
});
