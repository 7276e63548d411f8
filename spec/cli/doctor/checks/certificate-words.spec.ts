import { expect } from 'chai';
import { describeCertificate } from '../../../../lib/cli/doctor/checks/certificate-words.js';

const NOW = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const look = (endsInMs: number, issuer: object = { O: 'Example CA' }, isTrusted = true) =>
  describeCertificate(
    {
      protocol: 'TLSv1.3',
      isTrusted,
      certificate: { valid_to: new Date(NOW + endsInMs).toUTCString(), issuer: issuer as never },
    },
    NOW,
  );

describe('describeCertificate', () => {
  it('tells who signed it, and until when it is good', () => {
    expect(look(7 * DAY_MS)).to.deep.equal({
      check: 'TLS',
      status: 'ok',
      seen: 'TLSv1.3; a trusted certificate, by Example CA, good until 2030-01-08T00:00:00Z',
    });
    expect(look(8 * DAY_MS, { CN: 'a\u001bb' }).seen).to.contain('by a\\u001bb');
    expect(look(8 * DAY_MS, {}).seen).to.contain('certificate, good');
  });

  it('doubts one that ends within a week', () => {
    const { status, meaning } = look(7 * DAY_MS - 1_000);
    expect([status, meaning]).to.deep.equal([
      'warn',
      'It ends in 6 d 23 h; after that, no token can be had.',
    ]);
  });

  it('calls none trusted that was let pass', () => {
    const { status, seen } = look(8 * DAY_MS, {}, false);
    expect(status).to.equal('warn');
    expect(seen).to.contain('not trusted').and.contain('NODE_TLS_REJECT_UNAUTHORIZED');
  });
});
