import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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

  it('reads a file again for whoever runs long, and once alone for others', async () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'm2m-settings-')), 'secret');
    writeFileSync(file, 'old');
    const output = new KeptOutput();
    const env = { ...ENV, M2M_CLIENT_SECRET: '', M2M_SECRET_FILE: file };
    const io = { args: [], env, stdin: inputOf(''), stdout: output, stderr: output };
    expect((await readSettings(io, {})).options.clientSecret).to.equal('old');
    const { clientSecret } = (await readSettings(io, {}, { isLongLived: true })).options;
    writeFileSync(file, 'new\n');
    expect(typeof clientSecret === 'function' && (await clientSecret())).to.equal('new');
    rmSync(path.dirname(file), { recursive: true });
    const plain = { ...io, env: ENV };
    expect((await readSettings(plain, {}, { isLongLived: true })).options.clientSecret).to.equal('b');
  });

  it('refuses a parameter that is named twice', async () => {
    const { message } = await rejection(read({ ...ENV, M2M_PARAMETERS: 'audience=tops3cret&audience=b' }));
    expect(message).to.equal('M2M_PARAMETERS: names a parameter more than once.');
  });

  it('refuses a switch that is neither, and settings that are missing', async () => {
    const wrong = rejection(read({ ...ENV, M2M_ALLOW_HTTP: 'tops3cret' }));
    expect((await wrong).message).to.equal('M2M_ALLOW_HTTP: must be true or false.');
    expect((await rejection(read({}))).message).to.match(/^Not set: /);
  });
});
