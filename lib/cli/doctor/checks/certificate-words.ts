import { printable } from '../../terminal/printable.js';
import { dateWords, distanceWords } from '../../terminal/time-words.js';
import type { CheckResult } from '../check-result.js';
import type { TlsDetails } from '../probes/watched-sending.js';

/** Time enough to renew a certificate by hand. */
export const SOON_MS = 7 * 86_400_000;

/** What is to be seen of a certificate with which a connection was made. */
export function describeCertificate(
  { protocol, certificate, isTrusted }: TlsDetails,
  now: number,
): CheckResult {
  if (!isTrusted) return unchecked(protocol);
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

/** Node.js makes the connection all the same where it is told to. */
function unchecked(protocol: string): CheckResult {
  return {
    check: 'TLS',
    status: 'warn',
    seen: `${protocol}; the certificate is not trusted, or not for this host, and NODE_TLS_REJECT_UNAUTHORIZED lets that pass`,
    meaning: 'Whoever is on the way can read the secret and the token.',
    mend: 'Unset it; if the certificate is by an authority of your own, give that by NODE_EXTRA_CA_CERTS.',
  };
}
