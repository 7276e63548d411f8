import { expect } from 'chai';
import { readSettings } from '../../../lib/cli/settings/read-settings.js';
import type { OptionValues } from '../../../lib/cli/usage/command.js';
import { TokenProvider } from '../../../lib/index.js';
import { inputOf, KeptOutput } from '../../support/command.js';
import { rejection } from '../../support/rejection.js';

const ENV = { M2M_SUBDOMAIN: 'acme', M2M_CLIENT_ID: 'a', M2M_CLIENT_SECRET: 'b' };

async function read(env: NodeJS.ProcessEnv, values: OptionValues = {}) {
  const output = new KeptOutput();
  const io = { args: [], env, stdin: inputOf(''), stdout: output, stderr: output };
  const { options } = await readSettings(io, values);
  // Whatever is read, a provider takes.
  await new TokenProvider(options).close();
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

describe('readSettings', () => {
  it('gives the options of a provider', async () => {
    expect(await read(ENV)).to.deep.equal({ subdomain: 'acme', clientId: 'a', clientSecret: 'b' });
    const more = {
      M2M_AUTHENTICATION: 'post',
      M2M_SCOPE: 'read write',
      M2M_RESOURCE: 'urn:a  urn:b',
      M2M_PARAMETERS: 'audience=https%3A%2F%2Fa.example&x=a+b',
      M2M_ALLOW_HTTP: 'true',
    };
    expect(await read({ ...ENV, ...more })).to.deep.include({
      authentication: 'post',
      scope: 'read write',
      resource: ['urn:a', 'urn:b'],
      parameters: { audience: 'https://a.example', x: 'a b' },
      allowHttp: true,
    });
  });

  it('reads ONELOGIN_* as it reads M2M_*', async () => {
    const env = Object.fromEntries(
      Object.entries(ENV).map(([name, value]) => [name.replace('M2M', 'ONELOGIN'), value]),
    );
    expect(await read(env)).to.deep.equal(await read(ENV));
  });

  for (const [value, allowHttp] of [
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ] as const) {
    it(`reads M2M_ALLOW_HTTP=${value}`, async () => {
      expect(await read({ ...ENV, M2M_ALLOW_HTTP: value })).to.include({ allowHttp });
    });
  }

  it('refuses a switch that is neither, and settings that are missing', async () => {
    const wrong = rejection(read({ ...ENV, M2M_ALLOW_HTTP: 'tops3cret' }));
    expect((await wrong).message).to.equal('M2M_ALLOW_HTTP: must be true or false.');
    expect((await rejection(read({}))).message).to.match(/^Not set: /);
  });
});
