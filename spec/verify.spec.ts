import { expect } from 'chai';
import { ConfigurationError, TokenProviderError } from '../lib/index.js';
import * as door from '../lib/verify.js';
import { ScriptedIssuer } from './support/scripted-issuer.js';
import { SigningKey } from './support/signing-key.js';

describe('the door /verify', () => {
  it('exports createVerifier and the error, besides types', () => {
    expect(Object.keys(door).sort()).to.deep.equal(['TokenVerificationError', 'createVerifier']);
  });

  it('makes a verifier of the options, which asks for no keys yet', async () => {
    const issuer = new ScriptedIssuer(new SigningKey('k1'));
    const verifier = door.createVerifier(issuer.options());
    expect([issuer.asked, verifier.status().state]).to.deep.equal([0, 'absent']);
    const { claims } = await verifier.verify(issuer.token({ sub: 'orders' }));
    expect(claims).to.include({ sub: 'orders' });
    await verifier.close();
  });

  it('throws at once for options that are wrong', () => {
    expect(() => door.createVerifier({ subdomain: 'acme' } as never)).to.throw(
      ConfigurationError,
      'audience: is missing.',
    );
  });

  it('has an error of the same family as the rest of the package', () => {
    expect(new door.TokenVerificationError('ERR_TOKEN_KEY', 'No.')).to.be.instanceOf(TokenProviderError);
  });
});
