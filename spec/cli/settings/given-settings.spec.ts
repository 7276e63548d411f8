import { expect } from 'chai';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';
import type { OptionValues } from '../../../lib/cli/usage/command.js';

const collect = (values: OptionValues, env: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    [...collectSettings(values, env)].map(([option, { value, from }]) => [option, [value, from]]),
  );

describe('collectSettings', () => {
  it('takes a flag before a variable, and M2M_ before ONELOGIN_', () => {
    const env = { M2M_CLIENT_ID: 'm', ONELOGIN_CLIENT_ID: 'o', ONELOGIN_SCOPE: 's' };
    expect(collect({ 'client-id': 'f' }, env)).to.deep.equal({
      clientId: ['f', '--client-id'],
      scope: ['s', 'ONELOGIN_SCOPE'],
    });
    expect(collect({}, env).clientId).to.deep.equal(['m', 'M2M_CLIENT_ID']);
  });

  it('takes what is empty for what is not set', () => {
    expect(collect({ scope: '' }, { M2M_SCOPE: '', M2M_CLIENT_ID: '' })).to.deep.equal({});
  });

  it('does not mix a server that is named by a flag with one of the environment, nor two secrets', () => {
    const env = {
      M2M_TOKEN_ENDPOINT: 'https://a.example',
      ONELOGIN_SUBDOMAIN: 'acme',
      M2M_CLIENT_SECRET: 'm',
      M2M_SECRET_FILE: 'f',
    };
    expect(Object.keys(collect({ issuer: 'https://b.example', 'secret-file': 'x' }, env))).to.deep.equal([
      'issuer',
      'secretFile',
    ]);
    expect(Object.keys(collect({}, env))).to.deep.equal(['tokenEndpoint', 'clientSecret', 'secretFile']);
  });

  it('leaves two servers of one kind for the provider to refuse', () => {
    expect(Object.keys(collect({}, { M2M_SUBDOMAIN: 'a', M2M_ISSUER: 'b' }))).to.deep.equal([
      'subdomain',
      'issuer',
    ]);
  });

  it('takes a switch', () => {
    expect(collect({ 'allow-http': true }, {})).to.deep.equal({ allowHttp: [true, '--allow-http'] });
  });
});
