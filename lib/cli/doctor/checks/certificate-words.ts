import { printable } from '../../terminal/printable.js';
import { dateWords, distanceWords } from '../../terminal/time-words.js';
import type { CheckResult } from '../check-result.js';
import type { TlsDetails } from '../probes/host-probe.js';

/** Time enough to renew a certificate by hand. */
const SOON_MS = 7 * 86_400_000;

/** What is to be seen of a certificate that is trusted. */
export function describeCertificate({ protocol, certificate }: TlsDetails, now: number): CheckResult {
  const endsAt = Date.parse(certificate.valid_to);
  const issuer = certificate.issuer?.O ?? certificate.issuer?.CN;
  const by = typeof issuer === 'string' ? `, by ${printable(issuer).slice(0, 60)}` : '';
  const seen = `${protocol}; a trusted certificate${by}, good until ${dateWords(endsAt)}`;
  if (!(endsAt - now < SOON_MS)) return { check: 'TLS', status: 'ok', seen };
  return {
    check: 'TLS',
    status: 'warn',
    seen,
    meaning: `It ends ${distanceWords(endsAt, now)}; after that, no token can be had.`,
    mend: 'Ask whoever runs the server whether it is renewed in time.',
  };
}
