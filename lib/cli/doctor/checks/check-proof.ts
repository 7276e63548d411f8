import type { X509Certificate } from 'node:crypto';
import { leafCertificate } from '../../../http/mutual-tls/certificate-chain.js';
import type { TokenProviderOptions } from '../../../index.js';
import { certificateEndpoint } from '../../../oauth/mutual-tls/certificate-endpoint.js';
import { KnownTokenEndpoint } from '../../../oauth/server/authorization-server.js';
import type { GivenSettings } from '../../settings/given-settings.js';
import { dateWords, distanceWords } from '../../terminal/time-words.js';
import { SOON_MS } from './certificate-words.js';

/** Files are read at once, unless something else is wrong with them. */
const TIMEOUT_MS = 10_000;

interface ProofSettings {
  readonly options: TokenProviderOptions;
  readonly given: GivenSettings;
  readonly address: string;
}

/** What is wrong with the dates of the client's certificate. */
export interface CertificateDoubt {
  readonly seen: string;
  readonly meaning: string;
  readonly mend: string;
  /** Whether it cannot be used now. */
  readonly isOver: boolean;
}

/**
 * Makes the proof of the client as for a request, and sends it nowhere: what is wrong with its files is known before anything is sent.
 * @throws {TokenRequestError} when it cannot be made
 */
export async function checkProof({
  options,
  given,
  address,
}: ProofSettings): Promise<CertificateDoubt | undefined> {
  const { authentication, clientId = '' } = options;
  if (typeof authentication !== 'object') return undefined;
  const { certificate } = await authentication.authenticate({
    clientId,
    tokenEndpoint: address,
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  if (!certificate) return undefined;
  // Metadata of an issuer may name another address.
  if (given.has('tokenEndpoint'))
    certificateEndpoint(new KnownTokenEndpoint(address), { tokenEndpoint: address });
  const leaf = leafCertificate(certificate.cert);
  return leaf && datesOf(leaf, given, Date.now());
}

function datesOf(
  { validFrom, validTo }: X509Certificate,
  given: GivenSettings,
  now: number,
): CertificateDoubt | undefined {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const name = `The client certificate in ${given.get('certFile')?.from}`;
  const meaning = 'No server takes it now, so nothing was sent.';
  const clock = 'If that is not so, set the clock of this machine.';
  if (now > to) {
    const seen = `${name} ended ${distanceWords(to, now)}, on ${dateWords(to)}.`;
    return { seen, meaning, mend: `Replace it. ${clock}`, isOver: true };
  }
  if (now < from) {
    const seen = `${name} is good only from ${dateWords(from)} on, which is ${distanceWords(from, now)}.`;
    return { seen, meaning, mend: `Give the present one. ${clock}`, isOver: true };
  }
  if (to - now >= SOON_MS) return undefined;
  const seen = `${name} ends ${distanceWords(to, now)}.`;
  return { seen, meaning: seen, mend: 'See that it is replaced before.', isOver: false };
}
