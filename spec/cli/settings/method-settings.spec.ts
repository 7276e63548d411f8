import { expect } from 'chai';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';
import { checkMethod } from '../../../lib/cli/settings/method-settings.js';
import { METHODS } from '../../../lib/cli/settings/setting-names.js';
import type { OptionValues } from '../../../lib/cli/usage/command.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import { thrown } from '../../support/rejection.js';

const check = (values: OptionValues, env: NodeJS.ProcessEnv = {}) =>
  checkMethod(collectSettings(values, env));

describe('checkMethod', () => {
  it('takes every method, with what proves the client by it', () => {
    for (const authentication of METHODS) check({ authentication });
    check({ 'secret-file': 'f' });
    check({ authentication: 'private_key_jwt', 'key-file': 'f', 'key-id': 'k' });
    check({ authentication: 'client_secret_jwt', 'secret-file': 'f' });
    check({ authentication: 'client_assertion', 'assertion-file': 'f' });
    check({ authentication: 'tls_client_auth', 'key-file': 'f', 'cert-file': 'c' });
  });

  for (const [name, own] of [
    ['client_secret_post', 'post'],
    ['client_secret_basic', 'basic'],
    ['self_signed_tls_client_auth', 'tls_client_auth'],
  ] as const) {
    it(`tells what is called ${name} elsewhere`, () => {
      const { message } = thrown<UsageError>(() => check({}, { M2M_AUTHENTICATION: name }));
      expect(message).to.equal(
        `M2M_AUTHENTICATION: must be one of ${METHODS.join(', ')}. What OAuth calls ${name} is ${own} here.`,
      );
    });
  }

  it('names the methods in the place of one that there is not, and repeats no value', () => {
    const error = thrown(() => check({ authentication: 'tops3cret' }));
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.equal(`--authentication: must be one of ${METHODS.join(', ')}.`);
  });

  for (const [values, words] of [
    [
      { 'key-file': 'f' },
      '--key-file: is not used, since --authentication is basic by default. It is for private_key_jwt, tls_client_auth: leave it out, or give such a method.',
    ],
    [
      { authentication: 'post', 'assertion-file': 'f' },
      '--assertion-file: is not used, since --authentication is post.',
    ],
    [
      { authentication: 'private_key_jwt', 'key-file': 'f', 'secret-file': 's' },
      '--secret-file: is not used, since --authentication is private_key_jwt.',
    ],
    [
      { authentication: 'tls_client_auth', 'key-id': 'k' },
      '--key-id: is not used, since --authentication is tls_client_auth.',
    ],
  ] as const) {
    it(`refuses what would be ignored: ${Object.keys(values).join(', ')}`, () => {
      expect(thrown<UsageError>(() => check(values)).message).to.contain(words);
    });
  }

  it('leaves variables alone, which may be for another call', () => {
    check({ authentication: 'post' }, { M2M_KEY_FILE: 'f', M2M_CERT_FILE: 'c' });
  });
});
