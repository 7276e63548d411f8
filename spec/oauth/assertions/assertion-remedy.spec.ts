import { expect } from 'chai';
import { assertionRemedy } from '../../../lib/oauth/assertions/assertion-remedy.js';

describe('assertionRemedy', () => {
  it('speaks of the options where the assertion is made here', () => {
    for (const authentication of ['private_key_jwt k1', 'client_secret_jwt', 'of-my-own'])
      expect(assertionRemedy({ authentication })).to.match(
        /option audience.*does not know the key.*typ: 'JWT'\.$/,
      );
  });

  it('speaks of whoever makes the assertion where that is somebody else', () => {
    for (const authentication of ['client_assertion', 'client_assertion file abc'])
      expect(assertionRemedy({ authentication }))
        .to.match(/iss, sub or aud of the assertion.* another assertionType\.$/)
        .and.not.contain('option audience');
  });

  it('speaks of the clock first where it differs by 5 s or more', () => {
    const told = (clockAheadMs: number | undefined) =>
      /^This machine's clock is (.*): set it right first\. The usual/.exec(
        assertionRemedy({ authentication: 'client_secret_jwt', clockAheadMs }),
      )?.[1];
    expect([undefined, 0, 4_999, -4_999, Number.NaN].map(told)).to.deep.equal(Array(5).fill(undefined));
    expect(told(5_000)).to.equal("5 s ahead of the server's");
    expect(told(-94_600)).to.equal("95 s behind the server's");
  });
});
