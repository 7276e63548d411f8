import { expect } from 'chai';
import { checkSettings } from '../../../../lib/cli/doctor/checks/check-settings.js';
import { inputOf, KeptOutput } from '../../../support/command.js';

const ENV = { M2M_SUBDOMAIN: 'acme', M2M_CLIENT_ID: 'demo', M2M_CLIENT_SECRET: 'tops3cret' };
const check = (env: NodeJS.ProcessEnv) => {
  const output = new KeptOutput();
  return checkSettings({ args: [], env, stdin: inputOf(''), stdout: output, stderr: output }, {});
};

describe('the check of the settings', () => {
  it('tells where tokens come from, for whom, and where the secret is from', async () => {
    const { result, settings } = await check(ENV);
    expect(result).to.deep.equal({
      check: 'settings',
      status: 'ok',
      seen: 'https://acme.onelogin.com/oidc/2/token, client demo, basic by M2M_CLIENT_SECRET',
    });
    expect(settings?.address).to.equal('https://acme.onelogin.com/oidc/2/token');
  });

  it('names an issuer as it is given', async () => {
    const { settings } = await check({ ...ENV, M2M_SUBDOMAIN: '', M2M_ISSUER: 'https://as.example/a' });
    expect(settings?.address).to.equal('https://as.example/a');
  });

  it('fails for what a provider does not take, and tells by which variable it came', async () => {
    const { result, settings } = await check({ ...ENV, M2M_SUBDOMAIN: 'a b', M2M_TENANT: 'x' });
    expect(settings).to.equal(undefined);
    expect(result).to.include({ check: 'settings', status: 'fail' });
    expect(result.mend)
      .to.contain('subdomain is M2M_SUBDOMAIN')
      .and.contain('M2M_TENANT is set, but nothing reads that');
  });

  it('tells once of variables that nobody reads, where something is missing', async () => {
    const { result } = await check({ ...ENV, M2M_CLIENT_ID: '', M2M_CLIENTID: 'demo' });
    expect(`${result.seen} ${result.mend}`.match(/M2M_CLIENTID is set/g)).to.have.length(1);
  });

  const doubts: readonly [env: NodeJS.ProcessEnv, words: string][] = [
    [{ M2M_CLIENT_SECRET: 'tops3cret ' }, 'begins or ends with a blank'],
    [{ M2M_CLIENT_SECRET: ' tops3cret' }, 'begins or ends with a blank'],
    [{ M2M_TENANT: 'x' }, 'M2M_TENANT is set, but nothing reads that'],
  ];
  for (const [env, words] of doubts) {
    it(`doubts ${JSON.stringify(env)}`, async () => {
      const { result } = await check({ ...ENV, ...env });
      expect(result.status).to.equal('warn');
      expect(result.meaning).to.contain(words).and.not.contain('tops3cret');
    });
  }
});
