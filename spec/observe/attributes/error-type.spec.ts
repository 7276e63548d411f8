import { expect } from 'chai';
import fc from 'fast-check';
import {
  ProviderClosedError,
  TokenEndpointError,
  type TokenProviderError,
  TokenRequestError,
  TokenResponseError,
  TokenUnavailableError,
} from '../../../lib/ground/errors.js';
import { isPassing } from '../../../lib/oauth/failure-kinds.js';
import { errorTypeOf } from '../../../lib/observe/attributes/error-type.js';

/** As the library judges it. */
const refused = (httpStatus: number, error?: string) =>
  new TokenEndpointError('No.', { httpStatus, error, permanent: !isPassing({ httpStatus, error }) });

const PASSING_CODES = ['temporarily_unavailable', 'server_error', 'slow_down', 'use_dpop_nonce'];
const LASTING_CODES = [
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
];
const OTHER_CODES = ['access_denied', 'invalid_grant', 'invalid_request'];
const SPELLINGS: readonly ((code: string) => string)[] = [
  (code) => code,
  (code) => code.toUpperCase(),
  (code) => ` ${code.replaceAll('_', ' ')} `,
  (code) => code.replaceAll('_', '-'),
  (code) => code.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase()),
];

const TABLE: readonly (readonly [TokenProviderError, string])[] = [
  [refused(401, 'invalid_client'), 'invalid_client'],
  [refused(400, 'InvalidClient'), 'invalid_client'],
  [refused(400, 'INVALID CLIENT'), 'invalid_client'],
  [refused(500, 'Invalid_Client'), 'invalid_client'],
  [refused(400, 'invalid_scope'), 'invalid_scope'],
  [refused(403, 'access_denied'), 'access_denied'],
  [refused(429, 'access_denied'), '429'],
  [refused(503, 'invalid_grant'), '503'],
  [refused(503, 'invalid_request'), '503'],
  [refused(503, 'temporarily_unavailable'), 'temporarily_unavailable'],
  [refused(400, 'use_dpop_nonce'), 'use_dpop_nonce'],
  [refused(503), '503'],
  [refused(400, 'too_many_requests'), '400'],
  [refused(400, 'words of the server, of which there may be any number'), '400'],
  [new TokenRequestError('No.', 'ECONNRESET'), 'ECONNRESET'],
  [new TokenResponseError('No.'), 'ERR_TOKEN_RESPONSE'],
  [new TokenUnavailableError('No.'), 'ERR_TOKEN_UNAVAILABLE'],
  [new ProviderClosedError(), 'ERR_PROVIDER_CLOSED'],
];

describe('errorTypeOf()', () => {
  for (const [error, type] of TABLE)
    it(`is ${type} for ${error.message} ${JSON.stringify(error)}`, () => {
      expect(errorTypeOf(error)).to.equal(type);
    });

  it('is a code of OAuth, in whatever spelling, where that tells more than the status; else the status', () => {
    const code = fc.constantFrom(...PASSING_CODES, ...LASTING_CODES, ...OTHER_CODES);
    const status = fc.constantFrom(400, 401, 403, 408, 425, 429, 500, 503);
    fc.assert(
      fc.property(status, code, fc.constantFrom(...SPELLINGS), (httpStatus, word, spell) => {
        const passes = httpStatus >= 500 || [408, 425, 429].includes(httpStatus);
        const isTold = !passes || !OTHER_CODES.includes(word);
        expect(errorTypeOf(refused(httpStatus, spell(word)))).to.equal(isTold ? word : String(httpStatus));
      }),
    );
  });
});
