import { expect } from 'chai';
import { tellMisspelt, unreadVariables } from '../../../lib/cli/settings/misspelt-variables.js';
import { inputOf, KeptOutput } from '../../support/command.js';

function told(env: NodeJS.ProcessEnv, json?: boolean): string {
  const stderr = new KeptOutput();
  tellMisspelt({ args: [], env, stdin: inputOf(''), stdout: new KeptOutput(), stderr }, { json });
  return stderr.text;
}

describe('variables that are misspelt', () => {
  it('are those that look like settings, and that nobody reads', () => {
    const env = { M2M_SUBDOMAIN: 'a', M2M_AUDIENCE: 'b', PATH: 'c', ONELOGIN_TENANT: '1' };
    expect(unreadVariables(env)).to.deep.equal(['ONELOGIN_TENANT']);
  });

  for (const [name, meant] of [
    ['M2M_SCOP', 'M2M_SCOPE'],
    ['M2M_SCOPES', 'M2M_SCOPE'],
    ['M2M_TOKEN_ENDPONT', 'M2M_TOKEN_ENDPOINT'],
    ['ONELOGIN_SUBDOMIAN', 'ONELOGIN_SUBDOMAIN'],
    ['M2M_ENDPOINT', 'M2M_TOKEN_ENDPOINT'],
    ['M2M_SECRET', 'M2M_CLIENT_SECRET'],
  ] as const) {
    it(`are told of: ${name}, where ${meant} is meant`, () => {
      expect(told({ [name]: 'tops3cret' })).to.equal(
        `m2m-token: ${name} is set, but nothing reads that: is ${meant} meant?\n`,
      );
    });
  }

  it('are not told of where the name is like no other, nor to whoever reads JSON', () => {
    expect(told({ M2M_TENANT: 'a', M2M_ID: 'b', M2M_X: 'c', M2M_SCOPE: 'd' })).to.equal('');
    expect(told({ M2M_SCOP: 'a' }, true)).to.equal('');
  });
});
