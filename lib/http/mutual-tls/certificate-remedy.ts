import type { X509Certificate } from 'node:crypto';
import { now } from '../../ground/clock.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import type { ClientCertificate } from '../../options/client-authenticator.js';
import { leafCertificate } from './certificate-chain.js';

const UNKNOWN_CA =
  'The server does not know who signed it. Is it an authority that the server trusts, and do the certificates between it and the ' +
  'root follow it in cert (or certFile)?';

/** By the alerts of TLS (RFC 8446 §6.2), and what nginx writes. */
const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/revoked/, 'It has been revoked: replace it.'],
  [/unknown ca/, UNKNOWN_CA],
  [
    /certificate required|no required|not return a cert/,
    'The server got none. Does something on the way end the TLS connection, such as a proxy that reads TLS?',
  ],
];

const REFUSED =
  'Is it the one that the server has for this client, or signed by an authority that the server trusts, for the use as a client ' +
  '(extendedKeyUsage)? Does the server ask for one at this address, or at another (mtls_endpoint_aliases)?';

const UNREADABLE = 'The client certificate cannot be read: it must be PEM.';

/**
 * What to do where a server refuses the certificate of a client.
 * @param said what the server says, in lower case and words
 */
export function certificateRemedy(said: string, { cert }: ClientCertificate): string {
  const leaf = leafCertificate(cert);
  if (!leaf) return UNREADABLE;
  const [, remedy = REFUSED] = BY_WORDS.find(([pattern]) => pattern.test(said)) ?? [];
  return `The server refuses ${nameOf(leaf)}. ${validity(leaf, said) ?? remedy}`;
}

/** What to do where a connection ends on which it was shown. With TLS 1.3 the alert of a server may be lost with that. */
export function lostAlertRemedy({ cert }: ClientCertificate): string {
  const leaf = leafCertificate(cert);
  if (!leaf) return UNREADABLE;
  return `Perhaps the server refuses ${nameOf(leaf)}. ${validity(leaf, '') ?? 'Look there.'}`;
}

function nameOf({ raw }: X509Certificate): string {
  const thumbprint = nodeCrypto().createHash('sha256').update(raw).digest('base64url');
  return `the client certificate with the thumbprint ${thumbprint} (x5t#S256)`;
}

/** A clock may be wrong: so a certificate is sent whatever the clock says, and told of when the server has refused it. */
function validity({ validFrom, validTo }: X509Certificate, said: string): string | undefined {
  const { wall } = now();
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  if (wall < from.getTime())
    return `It is valid from ${from.toISOString()} on: is the clock of this machine slow?`;
  if (wall > to.getTime()) return `It was valid until ${to.toISOString()}: replace it.`;
  if (!said.includes('expired')) return undefined;
  return `It is valid until ${to.toISOString()} by the clock of this machine: one of both clocks is wrong, or a certificate after it has expired.`;
}

/** nginx and those built on it answer with a page and 400, or 495 and 496 of their own. */
export function isCertificatePage(status: number, body: string): boolean {
  if (status === 495 || status === 496) return true;
  return status === 400 && /SSL certificate error|No required SSL certificate was sent/.test(body);
}
