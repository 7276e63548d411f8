import { expect } from 'chai';
import { assertionProof } from '../../../lib/oauth/assertions/assertion-proof.js';

describe('assertionProof', () => {
  it('names the client, and the type of the assertion: that of RFC 7523 §2.2, or another', () => {
    const parameters = {
      client_id: 'acme',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'a.b.c',
    };
    expect(assertionProof('acme', 'a.b.c')).to.deep.equal({ parameters });
    expect(assertionProof('acme', 'a.b.c', 'urn:x')).to.deep.equal({
      parameters: { ...parameters, client_assertion_type: 'urn:x' },
    });
  });
});
