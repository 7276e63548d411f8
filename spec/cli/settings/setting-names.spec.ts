import { expect } from 'chai';
import { PLACES, PREFIXES, SETTINGS, waysOf } from '../../../lib/cli/settings/setting-names.js';
import { TokenProvider } from '../../../lib/index.js';
import { membersOf } from '../../support/members.js';

const OPTIONS = 'lib/options/token-provider-options.ts';

describe('SETTINGS', () => {
  it('are options of a provider, but for files and keys', () => {
    const options = ['ServerOptions', 'TokenRequestOptions', 'TokenProviderOptions'].flatMap((name) =>
      membersOf(OPTIONS, name).map((member) => member.name),
    );
    const others = SETTINGS.map(({ option }) => option).filter((option) => !options.includes(option));
    expect(others).to.deep.equal(['secretFile', 'keyFile', 'keyId', 'assertionFile', 'certFile']);
  });

  it('have names of their own, flags that say the same as the variables, and no flag for the secret', () => {
    expect(new Set(SETTINGS.map(({ variable }) => variable)).size).to.equal(SETTINGS.length);
    for (const { flag, variable } of SETTINGS.filter((setting) => setting.flag))
      expect(flag?.toUpperCase().replaceAll('-', '_')).to.equal(variable);
    expect(SETTINGS.filter(({ flag }) => flag === undefined).map(({ option }) => option)).to.deep.equal([
      'clientSecret',
    ]);
  });

  it('are given by M2M_ first, then ONELOGIN_; places are those of a provider', () => {
    expect(PREFIXES).to.deep.equal(['M2M_', 'ONELOGIN_']);
    for (const place of PLACES)
      expect(() => new TokenProvider({ [place]: undefined, clientId: 'a', clientSecret: 'b' })).to.throw(
        place,
      );
  });

  it('are told by their ways', () => {
    expect(waysOf('clientId')).to.equal('--client-id or M2M_CLIENT_ID');
    expect(waysOf('clientSecret')).to.equal('--secret-file or M2M_CLIENT_SECRET');
    expect(waysOf('retry')).to.equal(undefined);
  });
});
