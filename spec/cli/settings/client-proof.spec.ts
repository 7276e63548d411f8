import { expect } from 'chai';
import { clientProof } from '../../../lib/cli/settings/client-proof.js';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';

describe('clientProof', () => {
  it('is a secret, and the method where one is given', () => {
    const given = (env: NodeJS.ProcessEnv) => collectSettings({}, env);
    expect(clientProof(given({}), { secret: 'a' })).to.deep.equal({ clientSecret: 'a' });
    expect(clientProof(given({ ONELOGIN_AUTHENTICATION: 'post' }), { secret: 'a' })).to.deep.equal({
      clientSecret: 'a',
      authentication: 'post',
    });
    expect(clientProof(given({}), undefined)).to.deep.equal({});
  });
});
