import { expect } from 'chai';
import { CommandError } from '../../../lib/cli/usage/command-error.js';
import { exitCodeOf, isTellable } from '../../../lib/cli/usage/exit-code.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import {
  ConfigurationError,
  ProviderClosedError,
  TokenEndpointError,
  TokenRequestError,
  TokenResponseError,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { TokenVerificationError } from '../../../lib/verify.js';

const refused = new TokenEndpointError('no', { httpStatus: 401, permanent: true });
const busy = new TokenEndpointError('busy', { httpStatus: 503, permanent: false });
const keysOf = (cause: Error) => new TokenVerificationError('ERR_KEYS_UNAVAILABLE', 'no', { cause });

const TABLE: readonly [what: string, error: Parameters<typeof exitCodeOf>[0], code: number][] = [
  ['a wrong command line', new UsageError('no'), 2],
  ['a wrong setting', new ConfigurationError('clientId', 'no'), 2],
  ['a refused client', refused, 3],
  ['an untrusted certificate', new TokenRequestError('no', 'CERT_HAS_EXPIRED', true), 3],
  ['a busy server', busy, 4],
  ['a busy server that was waited for', new TokenUnavailableError('no', 0, busy), 4],
  ['a refusal that was waited for', new TokenUnavailableError('no', 0, refused), 3],
  ['no answer in time', new TokenUnavailableError('no'), 4],
  ['a bad token', new TokenVerificationError('ERR_TOKEN_SIGNATURE', 'no'), 3],
  ['keys that cannot be had', new TokenVerificationError('ERR_KEYS_UNAVAILABLE', 'no'), 4],
  ['keys of an issuer that is another', keysOf(new TokenResponseError('no', true)), 3],
  ['keys of a host that is not there', keysOf(new TokenRequestError('no', 'ENOTFOUND')), 3],
  ['keys of a busy server', keysOf(busy), 4],
  ['a host that is not there', new TokenRequestError('no', 'ENOTFOUND'), 3],
  ['a name server that does not answer', new TokenRequestError('no', 'EAI_AGAIN'), 4],
  ['a file of the proof that is wrong', new TokenRequestError('no', 'ERR_CLIENT_CERTIFICATE'), 2],
  [
    'the same, that was waited for',
    new TokenUnavailableError('no', 0, new TokenRequestError('no', 'ERR_CLIENT_ASSERTION')),
    2,
  ],
  ['a command that is not found', new CommandError('ENOENT'), 127],
  ['a closed provider', new ProviderClosedError(), 3],
];

describe('exitCodeOf', () => {
  for (const [what, error, code] of TABLE) {
    it(`is ${code} for ${what}, which is told`, () => {
      expect(exitCodeOf(error)).to.equal(code);
      expect(isTellable(error)).to.equal(true);
    });
  }

  it('is for errors of this package alone', () => {
    expect(isTellable(new Error('a fault of ours'))).to.equal(false);
  });
});
